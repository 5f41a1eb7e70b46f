import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import { imageSources } from '../image/recipe.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';
import { thisMachine } from './this-machine.ts';
import { insideMachine } from '../lab/inside-machine.ts';
import { describeLab, findMachine } from '../lab/lab-machines.ts';
import { machineState } from '../lab/machine-state.ts';
import { runProgram } from '../lab/run-program.ts';
import { TARGET } from './experiments.ts';
import type { Settings, Specification } from './run-record.ts';

/** Setting parameters in force. */
export function settingsOf({ timing }: Pick<Inventory, 'timing'>): Settings {
  return {
    interval_s: timing.interval_ms / 1000,
    networkExamination_s: timing.network_examination_ms / 1000,
    serviceExaminationLimit_s: timing.service_examination_ms / 1000,
    restartWait_s: timing.restart_wait_ms / 1000,
  };
}

/**
 * Specifications of an experimental system, looked up where they are in force.
 * @throws BrokenError when the target server is off
 */
export async function specificationsOf(inventory: Inventory): Promise<readonly Specification[]> {
  const image = statePaths(inventory.path).originalServer;
  const { accelerator, qemu_version, memory_mb } = JSON.parse(readFileSync(path.join(image, 'image.json'), 'utf8')) as {
    readonly accelerator: 'kvm' | 'tcg';
    readonly qemu_version: string;
    readonly memory_mb: number;
  };
  const processors = /<vcpu[^>]*>(\d+)<\/vcpu>/.exec(readFileSync(path.join(image, 'domain.xml'), 'utf8'))?.[1] ?? 'unknown';
  const host = findMachine(describeLab(inventory), TARGET);
  const { init } = machineState(host);
  if (init === undefined) throw new BrokenError(`${TARGET} is off: its system cannot be looked up`);
  const [file, ...args] = insideMachine(host, init, ['cat', '/etc/os-release']);
  const release = await runProgram(`${TARGET}: look up its system`, file, args);
  const daemons = [...new Set(inventory.servers.flatMap(({ services }) => services.map(({ daemon }) => daemon)))];
  const memory = [...new Set(inventory.servers.map((server) => `${server.memory_mb} MB`))];
  return [
    {
      of: 'management server',
      what: 'CPU',
      paper: 'Intel Core i7-3770 3.40 GHz (TB: 3.90 GHz), each',
      here: `${thisMachine()}, shared by all ${inventory.servers.length} servers`,
    },
    { of: 'management server', what: 'Memory', paper: '8,192 MB', here: `${memory.join(', ')} in the inventory` },
    {
      of: 'management server',
      what: 'Virtualization software',
      paper: 'KVM 1.5.3',
      here: `QEMU ${qemu_version}, ${accelerator === 'kvm' ? 'KVM' : 'emulated (TCG)'}`,
    },
    { of: 'management server', what: 'System software', paper: 'postfix, sshd, Apache, vsftpd, squid', here: daemons.join(', ') },
    { of: 'management server', what: 'OS', paper: 'CentOS 7.9', here: /^PRETTY_NAME="(.*)"$/m.exec(release)?.[1] ?? 'unknown' },
    { of: 'virtual server', what: 'CPU', paper: '1', here: processors },
    { of: 'virtual server', what: 'Memory', paper: '2,048 MB', here: `${memory_mb} MB` },
    { of: 'virtual server', what: 'OS', paper: 'CentOS 7.9', here: `Debian ${imageSources().recipe.suite}` },
  ];
}
