import type { Context } from '../context.ts';
import type { Event } from '../events.ts';
import { parseCopy } from '../sem/local-copy.ts';

/** The agent starts, and is told what it finds on its machine. */
export function started(context: Context, event: Event & { kind: 'started' }): void {
  const { boot_id, incarnation, physical_memory_kb, cpu_cores } = event;
  context.state.machine = { boot_id, incarnation, physical_memory_kb, cpu_cores };
  context.state.restart.copy = parseCopy(event.copy);
  const held = event.held_addresses.length > 0;
  context.state.ownAddress = { held, wanted: held, address: event.held_addresses[0], problem: undefined };
  // What a standby that is not suspended is good for stands in the problem file, which comes with the first look at the memory disk.
  context.state.virtualServer.state = event.standby === 'running' ? 'serving' : event.standby;
}
