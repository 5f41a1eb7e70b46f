import type { LeaseTiming } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import type { TimingProfile } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { Outages } from '../outages.ts';
import type { World } from '../world.ts';
import { type Bounds, boundsOf } from './bounds.ts';
import { Condition } from './condition.ts';
import { Converge } from './converge.ts';
import { Covered } from './covered.ts';
import { LeaveHealthyAlone } from './healthy.ts';
import { OneHolder } from './one-holder.ts';
import type { Report } from './promise.ts';
import { Recover } from './recover.ts';

/** What looks on at a world. */
export interface Checked {
  readonly condition: Condition;
  readonly bounds: Bounds;
  readonly outages: Outages;
}

/** The leases of a ring that asks a majority. */
function leaseOf({ ring: { configurations } }: World): LeaseTiming | undefined {
  const [configuration] = configurations.values();
  return configuration?.quorum === 'majority' ? configuration.ownership?.lease : undefined;
}

/** All but one may have failed, and the first is found like in a ring. */
function chainedFailures({ names, ring: { configurations } }: World): number {
  const [configuration] = configurations.values();
  return configuration?.method === 'p2p' ? Math.max(0, names.length - 2) : 0;
}

/**
 * Let checkers of invariants 1 to 5 look on at a world from now; 6 and 7 are looked for at the end.
 *
 * @param quorum how many sound servers the ring needs to recover a target
 */
export function installCheckers(world: World, timing: TimingProfile, quorum: number, report: Report): Checked {
  const bounds = boundsOf(timing, world.durations, leaseOf(world), chainedFailures(world));
  // The order matters: what is true in the world is known before anybody judges by it.
  const condition = new Condition(world);
  const outages = new Outages(world);
  new OneHolder(world, report);
  new Converge(world, condition, bounds, report);
  new Covered(world, condition, bounds, report);
  new LeaveHealthyAlone(world, bounds, report);
  new Recover(world, condition, bounds, { outages, quorum, report });
  return { condition, bounds, outages };
}
