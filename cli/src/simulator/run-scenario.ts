import type { RingConfiguration } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { cause } from './cause.ts';
import { type Exemption, isExempt } from './exemption.ts';
import { installCheckers } from './checkers/install-checkers.ts';
import type { Invariant, Violation } from './checkers/promise.ts';
import { runUntilReturned } from './checkers/returned.ts';
import { type FaultKind, repairedAfter_ms } from './fault.ts';
import { madeRing, ownershipOf, ringOf } from './made-ring.ts';
import { ringInMidInterval } from './normal.ts';
import type { Outage } from './outages.ts';
import { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { World } from './world.ts';

export interface ScenarioResult {
  readonly violations: readonly Violation[];
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** Server functions that were away and are provided again. */
  readonly recoveries: number;
  readonly simulated_ms: number;
  readonly outages: readonly Outage[];
  /** From the first fault on. */
  readonly transcript: readonly string[];
}

export interface Promises {
  readonly exemptions: readonly Exemption[];
  /** How many sound servers a ring of so many needs to recover a target. */
  readonly quorumOf: (servers: number) => number;
}

/** A world in which a scenario is about to begin: a ring that has been up for a while, 5.00 s into an interval in the profile `paper`. */
function worldOf(scenario: Scenario): World {
  const { seed, names, timing, jitter_ms, skew_ms, majority, method = { method: 'ring' }, preferredHosts = [] } = scenario;
  const quorum = majority === undefined ? {} : ({ quorum: 'majority', ownership: ownershipOf(names, majority) } as const);
  const world = new World(
    madeRing(names, { timing, ...method, ...quorum, ...(scenario.storage === true ? withStorage(names) : {}) }, majority?.clockRates),
  );
  world.loadOf = (server) => ({ available_memory_kb: roomOf(server, preferredHosts), cpu_idle_percent: 380, network_kb_s: 10 });
  const random = new Random(seed);
  world.faults.random = () => random.fraction();
  if (jitter_ms > 0) world.faults.delay = () => random.fraction() * jitter_ms;
  if (scenario.shutdown_ms !== undefined) for (const host of world.hosts.values()) host.shutdown_ms = scenario.shutdown_ms;
  for (const [name, skew] of Object.entries(skew_ms)) world.host(name).clock.skew_ms = skew;
  return ringInMidInterval(world);
}

function withStorage(names: readonly string[]): Pick<RingConfiguration, 'examines_storage' | 'servers'> {
  const work = { kind: 'mail', imap_port: 143 } as const;
  const { servers } = ringOf(names, '');
  const [mail] = names;
  const delivering = servers.map((server) =>
    server.name === mail ? { ...server, services: server.services.map((service) => ({ ...service, work })) } : server,
  );
  return { examines_storage: true, servers: delivering };
}

function roomOf(server: string, preferredHosts: readonly string[]): number {
  const rank = preferredHosts.indexOf(server);
  return rank < 0 ? 4_000_000 : 7_000_000 - rank * 100_000;
}

/** The pause before the next attempt to return a server doubles: the last one is as long as all before it, that is as the trouble itself. */
function putOff_ms({ faults }: Scenario): number {
  return 2 * Math.max(0, ...faults.map(({ fault }) => (fault.kind === 'address' ? fault.for_ms : 0)));
}

/** Servers whose plug was pulled start when they are asked to. Where none is left to ask, somebody comes and switches one on. */
function switchOnWhereAllAreOff(world: World): void {
  const [first] = world.names;
  if (first !== undefined && [...world.hosts.values()].every(({ on }) => !on)) world.powerOn(first);
}

/**
 * Run a scenario with all checkers on, until the ring is as it was generated or may not take longer for that.
 * @param lookOn gets the world before anything befalls it, to watch it
 */
export function runScenario(
  scenario: Scenario,
  { exemptions, quorumOf }: Promises,
  lookOn: (world: World) => void = () => undefined,
): ScenarioResult {
  const world = worldOf(scenario);
  lookOn(world);
  const begin_ms = world.now_ms;
  const before = world.transcript.length;
  const violations: Violation[] = [];
  const report = (invariant: Invariant, what: string, server?: string): void => {
    const violation = { invariant, at_ms: world.now_ms - begin_ms, server, what };
    if (isExempt(violation, scenario, exemptions)) return;
    violations.push(violation);
    world.note('', `!!! invariant ${String(invariant)}: ${what}`);
  };
  const { condition, bounds, outages } = installCheckers(world, scenario.timing, quorumOf(scenario.names.length), report);
  const faults: Partial<Record<FaultKind, number>> = {};
  let repaired_ms = 0;
  for (const { at_ms, fault } of scenario.faults) {
    faults[fault.kind] = (faults[fault.kind] ?? 0) + 1;
    repaired_ms = Math.max(repaired_ms, at_ms + repairedAfter_ms(fault));
    world.at(at_ms, () => cause(world, fault));
  }
  world.run(repaired_ms);
  switchOnWhereAllAreOff(world);
  runUntilReturned(world, condition, bounds, report, putOff_ms(scenario));
  return {
    violations,
    faults,
    recoveries: outages.all.filter(({ to_ms }) => to_ms !== undefined).length,
    simulated_ms: world.now_ms - begin_ms,
    outages: outages.all,
    transcript: world.transcript.slice(before),
  };
}
