import type { Inventory } from '../inventory/inventory.ts';
import { insideMachine } from '../lab/inside-machine.ts';
import { recordLabEvent } from '../lab/lab-events.ts';
import { describeLab, findMachine } from '../lab/lab-machines.ts';
import { setLabPower } from '../lab/lab-power.ts';
import { machineState } from '../lab/machine-state.ts';
import { runProgram } from '../lab/run-program.ts';
import { BrokenError } from '../errors.ts';
import { inWords } from './keep-going.ts';
import type { PlannedFault } from './experiments.ts';
import type { FaultDone } from './run-record.ts';

/** What became of faults that were to happen at the same time. */
export interface FaultsDone {
  readonly faults: readonly FaultDone[];
  /** Those that could not be done, in words. */
  readonly failed: readonly string[];
  /** What went wrong with those that were done, in words. */
  readonly troubles: readonly string[];
}

/**
 * Let servers of the lab fail, now and at the same time. One that cannot be made to fail keeps no other from it.
 *
 * @throws BrokenError when none of them failed
 */
export async function doFaults(inventory: Inventory, planned: readonly PlannedFault[]): Promise<FaultsDone> {
  const troubles: string[] = [];
  const outcomes = await Promise.allSettled(planned.map((fault) => doFault(inventory, fault, (trouble) => troubles.push(trouble))));
  const faults = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const errors = outcomes.flatMap((outcome): readonly unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (faults.length === 0) throw new BrokenError('no server could be made to fail', { cause: errors[0] });
  return { faults, failed: errors.map(inWords), troubles };
}

/**
 * Let a server of the lab fail, now.
 *
 * @param onTrouble told what went wrong after the failure had taken effect
 * @returns when it was begun, took effect and was done
 * @throws BrokenError when it cannot be done
 */
async function doFault(inventory: Inventory, { server, problem }: PlannedFault, onTrouble: (trouble: string) => void): Promise<FaultDone> {
  const at_ms = Date.now();
  switch (problem) {
    case 'Nt':
      return { server, problem, at_ms, cut_ms: await pullPlug(inventory, server, onTrouble), done_ms: Date.now() };
    case 'St':
      await stopServices(inventory, server, at_ms);
      return { server, problem, at_ms, cut_ms: null, done_ms: Date.now() };
  }
}

/** @returns Unix time at which its links were cut: from then on it has failed, whatever becomes of its processes */
async function pullPlug(inventory: Inventory, server: string, onTrouble: (trouble: string) => void): Promise<number> {
  let cut_ms: number | undefined;
  try {
    await setLabPower(inventory, server, 'off', () => (cut_ms = Date.now()));
  } catch (error) {
    if (cut_ms === undefined) throw error;
    onTrouble(inWords(error));
  }
  if (cut_ms === undefined) throw new BrokenError(`${server} was off before its plug was pulled`);
  return cut_ms;
}

/** Stopped and still enabled: a restart of the server brings them back, as the paper's St has it. */
async function stopServices(inventory: Inventory, server: string, at_ms: number): Promise<void> {
  const description = describeLab(inventory);
  const machine = findMachine(description, server);
  const { init } = machineState(machine);
  if (init === undefined) throw new BrokenError(`${server} is off: its services cannot be stopped`);
  const daemons = inventory.servers.find(({ name }) => name === server)?.services.map(({ daemon }) => daemon) ?? [];
  const [file, ...args] = insideMachine(machine, init, ['systemctl', 'stop', ...daemons]);
  recordLabEvent(description.names.runDirectory, { time_ms: at_ms, machine: server, action: 'services-stopped' });
  await runProgram(`${server}: stop ${daemons.join(' and ')}`, file, args);
}
