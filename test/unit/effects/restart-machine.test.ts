import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { restartMachine } from '../../../agent/src/effects/machine/machine.ts';
import { mustRunProgram } from '../../../agent/src/effects/process/run-program.ts';

let directory: string;
const { PATH } = process.env;

/** A systemctl that restarts nothing: it refuses a reboot, and tells this state of the system. */
async function systemctlThatRefuses(state: string): Promise<void> {
  const program = path.join(directory, 'systemctl');
  const script = `#!/bin/sh\nif [ "$1" = whose ]; then echo ${directory}; exit; fi\necho "$@" >>${directory}/asked\nif [ "$1" = is-system-running ]; then echo ${state}; exit 1; fi\necho 'a shutdown is in progress' >&2\nexit 1\n`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  process.env['PATH'] = `${directory}:${PATH ?? ''}`;
  // Nothing goes on where this machine's own one would be asked.
  if ((await mustRunProgram('systemctl', ['whose'], 3000)).trim() !== directory) throw new Error('another systemctl');
}

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-restart-'));
});
afterEach(() => {
  process.env['PATH'] = PATH;
  rmSync(directory, { recursive: true });
});

test('a machine that goes down already has been ordered to restart', async () => {
  await systemctlThatRefuses('stopping');
  await restartMachine();
  expect(readFileSync(path.join(directory, 'asked'), 'utf8')).toBe('--no-ask-password reboot\nis-system-running\n');
});

test('a machine that refuses and goes on says why', async () => {
  await systemctlThatRefuses('running');
  await expect(restartMachine()).rejects.toThrow('a shutdown is in progress');
});
