import { abnormalities } from '../normal.ts';
import type { World } from '../world.ts';
import type { Bounds } from './bounds.ts';
import type { Condition } from './condition.ts';
import type { Report } from './promise.ts';

/** So many intervals in a row must look normal. */
const NORMAL_LOOKS = 2;

/**
 * Invariants 6 and 7: when everything is repaired, and after a power cut of all servers in any order of their return, each server holds its address, each
 * standby is suspended, the management files are as they were generated, and each server has the configuration of each as it was captured last. Runs the world until that is so and stays so, or the bound is over.
 *
 * @param putOff_ms for how much longer the ring may leave a server alone that often failed to return
 */
export function runUntilReturned(world: World, condition: Condition, bounds: Bounds, report: Report, putOff_ms = 0): void {
  const { interval_ms } = bounds;
  const end_ms = world.now_ms + bounds.returned_ms + putOff_ms;
  let wrong: string[] = ['nothing was looked at'];
  for (let normal = 0; normal < NORMAL_LOOKS && world.now_ms < end_ms;) {
    world.runToInterval(interval_ms * 0.85);
    // A server whose clock somebody stepped examines its target at another time than the others.
    wrong = [...abnormalities(world).filter((what) => !what.endsWith(' is examining')), ...staleProcedures(world)];
    normal = wrong.length === 0 ? normal + 1 : 0;
  }
  if (wrong.length > 0) report(condition.kinds.has('power-cut') ? 7 : 6, wrong.join('; '));
}

/** Servers that do not have another one's present configuration, in words. */
function staleProcedures(world: World): string[] {
  const hosts = [...world.hosts.values()];
  return hosts.flatMap(({ name, configuration }) =>
    hosts.flatMap((host) => {
      const [newest] = host.procedures.get(name) ?? [];
      return newest?.configuration === configuration
        ? []
        : [`${host.name} has "${newest?.configuration ?? 'nothing'}" of ${name}, which is "${configuration}"`];
    }),
  );
}
