import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { controlGroupDirectory } from './control-group.ts';
import type { LabMachineSpec } from './lab-machines.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** A program with its arguments. */
export type CommandLine = readonly [string, ...string[]];

const ENVIRONMENT = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'USER=root', 'LANG=C.UTF-8'];

/**
 * The command line that runs a command as root inside a running machine, without its network: in all its namespaces, and in a control group
 * of its own below the machine's, so that it is frozen with it. It dies with the machine.
 */
export function insideMachine(machine: LabMachineSpec, init: ProcessIdentity, command: readonly string[]): CommandLine {
  const group = controlGroupDirectory(`${machine.names.controlGroup}/exec`);
  mkdirSync(group, { recursive: true });
  const terminal = process.env['TERM'] === undefined ? [] : [`TERM=${process.env['TERM']}`];
  return [
    '/bin/sh',
    '-c',
    'echo $$ >"$1" && shift && exec "$@"',
    'sh',
    path.join(group, 'cgroup.procs'),
    'nsenter',
    `--target=${init.pid}`,
    ...['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wd'],
    'env',
    '-i',
    ...ENVIRONMENT,
    ...terminal,
    ...command,
  ];
}
