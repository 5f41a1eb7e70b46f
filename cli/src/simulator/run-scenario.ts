import type { Effect } from '@dbss/agent/protocol/effects.ts';
import { cause } from './cause.ts';
import { boundsOf } from './checkers/bounds.ts';
import { Condition } from './checkers/condition.ts';
import { Converge } from './checkers/converge.ts';
import { Covered } from './checkers/covered.ts';
import { LeaveHealthyAlone } from './checkers/healthy.ts';
import { OneHolder } from './checkers/one-holder.ts';
import type { Invariant, Violation } from './checkers/promise.ts';
import { Recover } from './checkers/recover.ts';
import { runUntilReturned } from './checkers/returned.ts';
import { type FaultKind, repairedAfter_ms } from './fault.ts';
import type { Host, Happening } from './host.ts';
import { madeRing } from './made-ring.ts';
import { ringInMidInterval } from './normal.ts';
import { type Outage, Outages } from './outages.ts';
import { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { World } from './world.ts';

/** What is not promised: these invariants are not checked in a scenario that has a fault of the kind. */
export type Exemptions = Readonly<Partial<Record<FaultKind, readonly Invariant[]>>>;

export interface ScenarioResult {
  readonly violations: readonly Violation[];
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** Server functions that were away and are provided again. */
  readonly recoveries: number;
  /** Simulated time in milliseconds and events that servers handled. */
  readonly simulated_ms: number;
  readonly events: number;
  readonly outages: readonly Outage[];
  /** From the first fault on. */
  readonly transcript: readonly string[];
}

export interface Promises {
  readonly exemptions: Exemptions;
  /** How many sound servers a ring of so many needs to recover a target. */
  readonly quorumOf: (servers: number) => number;
}

/** A world in which a scenario is about to begin: a ring that has been up for a while, 5.00 s into an interval in the profile `paper`. */
function worldOf({ seed, names, timing, jitter_ms, skew_ms, preferredHosts = [] }: Scenario): World {
  const world = new World(madeRing(names, { timing }));
  world.loadOf = (server) => ({ available_memory_kb: roomOf(server, preferredHosts), cpu_idle_percent: 380, network_kb_s: 10 });
  const random = new Random(seed);
  world.faults.random = () => random.fraction();
  if (jitter_ms > 0) world.faults.delay = () => random.fraction() * jitter_ms;
  for (const [name, skew] of Object.entries(skew_ms)) world.host(name).clock.skew_ms = skew;
  return ringInMidInterval(world);
}

function roomOf(server: string, preferredHosts: readonly string[]): number {
  const rank = preferredHosts.indexOf(server);
  return rank < 0 ? 4_000_000 : 7_000_000 - rank * 100_000;
}

/** Run a scenario with all checkers on, until the ring is as it was generated or may not take longer for that. */
export function runScenario(scenario: Scenario, { exemptions, quorumOf }: Promises): ScenarioResult {
  const world = worldOf(scenario);
  const begin_ms = world.now_ms;
  const before = world.transcript.length;
  const bounds = boundsOf(scenario.timing, world.durations);
  const violations: Violation[] = [];
  const condition = new Condition(world);
  const report = (invariant: Invariant, what: string): void => {
    const exempt = scenario.faults.some(({ fault }) => exemptions[fault.kind]?.includes(invariant) === true);
    if (exempt) return;
    violations.push({ invariant, at_ms: world.now_ms - begin_ms, what });
    world.note('', `!!! invariant ${String(invariant)}: ${what}`);
  };
  const outages = new Outages(world);
  const counter = new Counter();
  world.observers.push(counter);
  new OneHolder(world, report);
  new Converge(world, condition, bounds, report);
  new Covered(world, condition, bounds, report);
  new LeaveHealthyAlone(world, bounds, report);
  new Recover(world, condition, bounds, { outages, quorum: quorumOf(scenario.names.length), report });
  const faults: Partial<Record<FaultKind, number>> = {};
  let repaired_ms = 0;
  for (const { at_ms, fault } of scenario.faults) {
    faults[fault.kind] = (faults[fault.kind] ?? 0) + 1;
    repaired_ms = Math.max(repaired_ms, at_ms + repairedAfter_ms(fault));
    world.at(at_ms, () => cause(world, fault));
  }
  world.run(repaired_ms);
  runUntilReturned(world, condition, bounds, report);
  return {
    violations,
    faults,
    recoveries: outages.all.filter(({ to_ms }) => to_ms !== undefined).length,
    simulated_ms: world.now_ms - begin_ms,
    events: counter.events,
    outages: outages.all,
    transcript: world.transcript.slice(before),
  };
}

class Counter {
  events = 0;

  stepped(_host: Host, _event: Happening, _effects: readonly Effect[]): void {
    this.events += 1;
  }
}
