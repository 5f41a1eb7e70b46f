import { LEASE_PROFILES } from '../../cli/src/inventory/lease-profiles.ts';
import { TIMING_PROFILES } from '../../cli/src/inventory/timing-profiles.ts';
import type { Fault, FaultKind, TimedFault } from '../../cli/src/simulator/fault.ts';
import { WITNESS } from '../../cli/src/simulator/made-ring.ts';
import { Random } from '../../cli/src/simulator/random.ts';
import type { MethodConfiguration } from '@dbss/agent/protocol/method/method.ts';
import type { LeaseTiming } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import type { MajorityOfScenario, Scenario } from '../../cli/src/simulator/scenario.ts';

/** What a soak may do to a ring. */
export interface SoakSettings {
  readonly kinds: readonly [FaultKind, ...FaultKind[]];
  /** The most faults of these kinds in one scenario. */
  readonly several: number;
  /** Kinds that alone fail nothing and make a recovery harder: one of them may accompany each fault. */
  readonly burdens: readonly [FaultKind, ...FaultKind[]];
  /** `ring` where it is not said. */
  readonly method?: MethodConfiguration;
  /** Ask a majority; such rings are of at most so many servers, because each of them asks each other several times a second. */
  readonly majority?: { readonly most: number };
}

const BURDEN_PROBABILITY = 0.4;

/** The scenario of a seed: a ring of 2 to 12 servers, its profile, its clocks, and what befalls it when. */
export function randomScenario(seed: number, { kinds, several, burdens, majority, method }: SoakSettings): Scenario {
  const random = new Random(seed);
  // A profile with short intervals takes more work for the same time.
  const profile = random.chance(0.85) ? 'paper' : random.chance(0.8) ? 'wan' : 'fast';
  const timing = TIMING_PROFILES[profile];
  const most = Math.min(profile === 'fast' ? 4 : 12, majority?.most ?? 12);
  const size = random.integer(2, majority === undefined ? most : random.integer(2, most));
  const names = Array.from({ length: size }, (_, index) => `s${String(index + 1)}`) as [string, ...string[]];
  const count = random.integer(1, several);
  const faults: TimedFault[] = [];
  let at_ms = random.integer(0, timing.interval_ms);
  for (let index = 0; index < count; index += 1) {
    if (random.chance(BURDEN_PROBABILITY)) faults.push({ at_ms, fault: randomFault(random, random.one(burdens), names) });
    faults.push({ at_ms, fault: randomFault(random, random.one(kinds), names) });
    at_ms += pause_ms(random, timing.interval_ms);
  }
  const scenario = {
    ...(majority === undefined ? {} : { majority: randomMajority(random, LEASE_PROFILES[profile], names) }),
    ...(method === undefined ? {} : { method }),
    seed,
    names,
    timing,
    jitter_ms: random.chance(0.5) ? 0 : Math.min(40, timing.answer_ms / 10),
    skew_ms: Object.fromEntries(names.map((name) => [name, random.integer(-20, 20)])),
    faults,
  };
  return withStorageAndEdits(random, scenario, names);
}

const STORAGE_PROBABILITY = 0.3;
const EDIT_PROBABILITY = 0.3;

/** Drawn last, so that a seed does to a ring without these what it always did. */
function withStorageAndEdits(random: Random, scenario: Scenario, names: readonly [string, ...string[]]): Scenario {
  const last_ms = scenario.faults.at(-1)?.at_ms ?? 0;
  const added: TimedFault[] = [];
  const storage = random.chance(STORAGE_PROBABILITY);
  if (storage && random.chance(0.7)) added.push({ at_ms: random.integer(0, last_ms), fault: randomFault(random, 'storage', names) });
  while (random.chance(EDIT_PROBABILITY))
    added.push({ at_ms: random.integer(0, last_ms + scenario.timing.interval_ms), fault: randomFault(random, 'configuration', names) });
  const faults = [...scenario.faults, ...added].sort((one, other) => one.at_ms - other.at_ms);
  return { ...scenario, faults, shutdown_ms: random.one([50, 2000, 5000, 20_000]), ...(storage ? { storage } : {}) };
}

/** Voters, leases and clocks; two servers alone are no majority when one of them fails. */
function randomMajority(random: Random, lease: LeaseTiming, names: readonly string[]): MajorityOfScenario {
  const witness = names.length === 2 || random.chance(0.6);
  const parts = Math.round(lease.clock_error * 1_000_000);
  const clockRates = [...names, WITNESS].map((name) => [name, 1 + random.integer(-parts, parts) / 1_000_000]);
  return { lease, witness, no_quorum: 'stop', clockRates: Object.fromEntries(clockRates) as Record<string, number> };
}

/** At once, within the recovery from the last fault, or long after it. */
function pause_ms(random: Random, interval_ms: number): number {
  const kind = random.fraction();
  if (kind < 0.35) return random.integer(0, 50);
  return kind < 0.75 ? random.integer(50, 3 * interval_ms) : random.integer(3 * interval_ms, 150_000);
}

/** Shorter than a detection, up to a restart, or so long that the waiting times of a recovery end. */
function duration_ms(random: Random): number {
  const kind = random.fraction();
  if (kind < 0.5) return random.integer(10, 15_000);
  return kind < 0.8 ? random.integer(15_000, 60_000) : random.integer(60_000, 250_000);
}

function randomFault(random: Random, kind: FaultKind, names: readonly [string, ...string[]]): Fault {
  const server = random.one(names);
  const for_ms = duration_ms(random);
  switch (kind) {
    case 'power':
      return { kind, server, for_ms: random.chance(0.5) ? undefined : for_ms };
    case 'service':
      return { kind, server, how: random.one(['stopped', 'disabled', 'broken']), for_ms };
    case 'reboot':
    case 'agent':
    case 'flag':
    case 'disk':
    case 'address':
      return { kind, server, for_ms };
    case 'link':
      return { kind, server, network: random.one(['service', 'sem']), for_ms };
    case 'one-way':
      return { kind, server, network: random.one(['service', 'sem']), direction: random.one(['in', 'out']), for_ms };
    case 'partition':
      return { kind, server, other: random.one(names), network: random.one(['service', 'sem']), for_ms };
    case 'switch':
      return { kind, which: random.one(['service', 'sem', 'gateway']), for_ms };
    case 'freeze':
      return { kind, server, for_ms, messagesLost: random.chance(0.5) };
    case 'slow':
      return { kind, server, slow_ms: random.integer(1, 2000), for_ms };
    case 'clock-step':
      return { kind, server, skew_ms: random.integer(-5_000_000, 5_000_000) };
    case 'clock-drift':
      return { kind, server, rate: 1 + random.integer(-2000, 2000) / 1_000_000 };
    case 'messages': {
      const disturbance = { loss: random.fraction() * 0.3, duplication: random.fraction() * 0.3, delay_ms: random.integer(0, 300) };
      return { kind, disturbance, for_ms };
    }
    case 'hypervisor':
      return { kind, server, how: random.one(['resume', 'install', 'hang', 'remove-address']), for_ms };
    case 'ping':
      return { kind, server };
    case 'configuration':
      return { kind, server, works: random.chance(0.7) ? 'everywhere' : 'here' };
    case 'storage':
      return { kind, how: random.one(['hangs', 'full']), for_ms };
    case 'power-cut':
      return { kind, returns_ms: Object.fromEntries(names.map((name) => [name, duration_ms(random)])) };
  }
}
