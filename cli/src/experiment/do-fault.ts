import type { Inventory } from '../inventory/inventory.ts';
import { insideMachine } from '../lab/inside-machine.ts';
import { recordLabEvent } from '../lab/lab-events.ts';
import { describeLab, findMachine } from '../lab/lab-machines.ts';
import { setLabPower } from '../lab/lab-power.ts';
import { machineState } from '../lab/machine-state.ts';
import { runProgram } from '../lab/run-program.ts';
import { BrokenError } from '../errors.ts';
import type { PlannedFault } from './experiments.ts';
import type { FaultDone } from './run-record.ts';

/**
 * Let a server of the lab fail, now.
 *
 * @returns when it was begun, took effect and was done
 * @throws BrokenError when it cannot be done
 */
export async function doFault(inventory: Inventory, { server, problem }: PlannedFault): Promise<FaultDone> {
  const at_ms = Date.now();
  let cut_ms: number | null = null;
  switch (problem) {
    case 'Nt':
      if (!(await setLabPower(inventory, server, 'off', () => (cut_ms = Date.now()))))
        throw new BrokenError(`${server} was off before its plug was pulled`);
      break;
    case 'St':
      await stopServices(inventory, server, at_ms);
      break;
  }
  return { server, problem, at_ms, cut_ms, done_ms: Date.now() };
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
