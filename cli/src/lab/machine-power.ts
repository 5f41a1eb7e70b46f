import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BrokenError, UserError } from '../errors.ts';
import { installationRoot } from '../installation.ts';
import { controlGroupPids } from './control-group.ts';
import type { LabMachineSpec } from './lab-machines.ts';
import { cutLinks } from './machine-links.ts';
import { parametersFile } from './machine-parameters.ts';
import { machineState } from './machine-state.ts';
import { poll } from './poll.ts';
import { identifyProcess, signalProcess } from './process-identity.ts';
import { lastLines, tryProgram } from './run-program.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const STARTING_MS = 15_000;
const DYING_MS = 20_000;
/** Exit code of run-machine.sh. */
const ANOTHER_HAS_IT = 75;

/**
 * Switch a machine on: its supervisor is started in a session of its own and outlives this process.
 *
 * @returns false when it was on already
 * @throws UserError when `lab up` never prepared it; BrokenError with the end of its console when it does not start
 */
export async function powerOn(machine: LabMachineSpec, signal?: AbortSignal): Promise<boolean> {
  if (!existsSync(parametersFile(machine))) {
    throw new UserError(`${machine.name} was never installed`, { hint: 'dbssctl lab up installs and starts every machine' });
  }
  const before = machineState(machine);
  rmSync(plugMark(machine), { force: true });
  if (before.init !== undefined && before.supervisor !== undefined) return false;
  if (before.init !== undefined) await powerOff(machine);
  // Nobody clears the way for the supervisor of a machine that is on its way down: its end is waited for.
  await poll(() => (machineState(machine).supervisor === undefined ? true : undefined), { timeout_ms: DYING_MS, every_ms: 20, signal });
  rmSync(plugMark(machine), { force: true });
  const supervisor = startSupervisor(machine);
  const started = await poll(() => machineState(machine).init ?? supervisor.ended(), { timeout_ms: STARTING_MS, every_ms: 25, signal });
  if (started === undefined || started instanceof Error) {
    throw new BrokenError(`${machine.name}: power on: it did not start\n${consoleTail(machine)}`, {
      cause: started ?? new Error(`no first process after ${STARTING_MS / 1000} s`),
      hint: `its console is in ${consoleFile(machine)}; dbssctl lab down removes what is there`,
    });
  }
  return true;
}

/**
 * Pull the machine's plug: its ports go dead, then the first process is killed, and the kernel ends all others with it. No shutdown.
 *
 * @param onCut called when its ports are dead, and no packet passes any more
 * @returns false when it was off already
 * @throws BrokenError when it is not gone in time
 */
export async function powerOff(machine: LabMachineSpec, onCut: () => void = () => undefined): Promise<boolean> {
  const before = machineState(machine);
  mkdirSync(machine.names.runDirectory, { recursive: true });
  writeFileSync(plugMark(machine), '');
  if (before.init !== undefined) {
    await cutLinks(machine);
    onCut();
  }
  const gone = await poll(
    () => {
      const { init, supervisor } = machineState(machine);
      if (init !== undefined) signalProcess(init, 'SIGKILL');
      return init === undefined && supervisor === undefined ? true : undefined;
    },
    { timeout_ms: DYING_MS, every_ms: 20 },
  );
  if (gone === undefined) await killRemains(machine);
  if (existsSync(parametersFile(machine))) await removeRemains(machine);
  return before.init !== undefined;
}

/** Path of the machine's console output since it was installed. */
export function consoleFile(machine: LabMachineSpec): string {
  return path.join(machine.names.runDirectory, 'console.log');
}

/** The started supervisor; `ended` tells why it is over already, if it is. */
function startSupervisor(machine: LabMachineSpec): { readonly ended: () => Error | undefined } {
  let end: Error | undefined;
  const console = openSync(consoleFile(machine), 'a');
  try {
    const child = spawn('/bin/sh', [supervisorProgram(), 'run', parametersFile(machine)], {
      detached: true,
      stdio: ['ignore', console, console],
      cwd: '/',
      env: { PATH },
    });
    child.on('error', (error) => (end = error));
    child.on('exit', (code, signal) => {
      if (code !== ANOTHER_HAS_IT) end = new Error(`its supervisor ended with ${signal ?? `exit code ${code}`}`);
    });
    child.unref();
  } finally {
    closeSync(console);
  }
  return { ended: () => end };
}

/** What does not end by itself: a supervisor that hangs, a systemd-nspawn that no supervisor waits for. */
async function killRemains(machine: LabMachineSpec): Promise<void> {
  const { supervisor } = machineState(machine);
  if (supervisor !== undefined) signalProcess(supervisor, 'SIGKILL');
  const gone = await poll(
    () => {
      const pids = controlGroupPids(machine.names.controlGroup);
      for (const pid of pids) {
        const identity = identifyProcess(pid);
        if (identity !== undefined) signalProcess(identity, 'SIGKILL');
      }
      return pids.length === 0 && machineState(machine).supervisor === undefined ? true : undefined;
    },
    { timeout_ms: DYING_MS, every_ms: 50 },
  );
  if (gone === undefined) {
    throw new BrokenError(`${machine.name}: power off: processes ${controlGroupPids(machine.names.controlGroup).join(' ')} do not end`, {
      hint: 'look at what they wait for with `ps -o pid,stat,wchan,args`, then repeat the command',
    });
  }
}

/** Namespace, ports and control groups of a machine that is off; nothing to remove is no error. */
async function removeRemains(machine: LabMachineSpec): Promise<void> {
  const { code, stderr } = await tryProgram('/bin/sh', [supervisorProgram(), 'clean', parametersFile(machine)], { timeout_ms: 10_000 });
  // Another supervisor: somebody has switched the machine on since.
  if (code === 0 || code === ANOTHER_HAS_IT) return;
  throw new BrokenError(`${machine.name}: power off: its network and control groups cannot be removed\n${lastLines(stderr, 10)}`, {
    hint: 'repeat the command; the message above names what is in the way',
  });
}

function supervisorProgram(): string {
  return path.join(installationRoot(), 'templates', 'lab', 'run-machine.sh');
}

function plugMark(machine: LabMachineSpec): string {
  return path.join(machine.names.runDirectory, 'unplugged');
}

function consoleTail(machine: LabMachineSpec): string {
  return existsSync(consoleFile(machine)) ? lastLines(readFileSync(consoleFile(machine), 'utf8'), 10) : '';
}
