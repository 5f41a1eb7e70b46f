import { BrokenError } from '../errors.ts';
import type { LabMachineSpec } from './lab-machines.ts';
import { insideMachine } from './inside-machine.ts';
import { consoleFile } from './machine-power.ts';
import { machineState } from './machine-state.ts';
import { poll } from './poll.ts';
import { lastLines, tryProgram } from './run-program.ts';

/** A machine that has started. */
export interface ReadyMachine {
  /** Units that failed inside it; empty when all is well. */
  readonly failedUnits: readonly string[];
}

const BOOTING_MS = 180_000;
const QUESTION_MS = 10_000;

/**
 * Wait until a machine that is on has started everything and its ssh server answers on the SEM network.
 *
 * @param controller network namespace from which it is asked
 * @throws BrokenError with what it still waits for when it takes too long
 */
export async function waitUntilReady(machine: LabMachineSpec, controller: string, signal?: AbortSignal): Promise<ReadyMachine> {
  const ready = await poll(
    async () => {
      const state = await systemState(machine);
      if (state !== 'running' && state !== 'degraded') return undefined;
      if (!(await sshAnswers(machine, controller))) return undefined;
      return { failedUnits: state === 'degraded' ? await failedUnits(machine) : [] };
    },
    { timeout_ms: BOOTING_MS, every_ms: 150, signal },
  );
  if (ready !== undefined) return ready;
  throw new BrokenError(
    `${machine.name}: start: after ${BOOTING_MS / 1000} s systemd is ${await systemState(machine)}\n${await jobs(machine)}`,
    {
      hint: `dbssctl lab exec ${machine.name} -- systemctl list-jobs; its console is in ${consoleFile(machine)}`,
    },
  );
}

async function systemState(machine: LabMachineSpec): Promise<string> {
  return (await ask(machine, ['systemctl', 'is-system-running'])) || 'not there';
}

async function failedUnits(machine: LabMachineSpec): Promise<readonly string[]> {
  const list = await ask(machine, ['systemctl', 'list-units', '--failed', '--plain', '--no-legend', '--no-pager']);
  return list.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || []);
}

async function jobs(machine: LabMachineSpec): Promise<string> {
  return lastLines(await ask(machine, ['systemctl', 'list-jobs', '--no-pager']), 10);
}

async function ask(machine: LabMachineSpec, command: readonly string[]): Promise<string> {
  const { init } = machineState(machine);
  if (init === undefined) return '';
  const [file, ...args] = insideMachine(machine, init, command);
  return (await tryProgram(file, args, { timeout_ms: QUESTION_MS })).stdout.trim();
}

async function sshAnswers(machine: LabMachineSpec, controller: string): Promise<boolean> {
  // With nothing to say: the server greets, sees the end of the connection, and closes it.
  const { stdout } = await tryProgram('ip', ['netns', 'exec', controller, 'nc', '-N', '-w', '2', machine.semAddress, '22'], {
    timeout_ms: QUESTION_MS,
  });
  return stdout.startsWith('SSH-2.0-');
}
