import { parseLogLine } from '@dbss/agent/protocol/log-lines.ts';
import type { ServerEffect } from '@dbss/agent/protocol/server/server-effects.ts';
import type { LogRecord } from '../../inspect/log-records.ts';
import { findRecoveries, type RecoveryTimes } from '../../inspect/recoveries.ts';
import type { TimingProfile } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { cause } from '../cause.ts';
import { installCheckers } from '../checkers/install-checkers.ts';
import type { Violation } from '../checkers/promise.ts';
import { runUntilReturned } from '../checkers/returned.ts';
import type { Durations } from '../durations.ts';
import { repairedAfter_ms, type TimedFault } from '../fault.ts';
import { Random } from '../random.ts';
import type { SimulatedRing } from '../simulated-ring.ts';
import { World } from '../world.ts';

/** A time without service, in seconds from the beginning of the interval in which the first thing fails. */
export interface PredictedOutage {
  readonly server: string;
  readonly from_s: number;
  /** null: nobody serves before the simulation ends. */
  readonly duration_s: number | null;
  /** Who serves then: `ftp`, or `ftpb@web2`. */
  readonly servedBy: string | null;
}

/** A recovery as the manager's log tells it; times as in `dbssctl ring recoveries`. */
export interface PredictedRecovery {
  readonly target: string;
  readonly manager: string;
  readonly virtualServer: string | null;
  /** When the problem was detected, and when the target had its address back. */
  readonly detected_s: number;
  readonly returned_s: number | null;
  readonly times: RecoveryTimes;
}

export interface Prediction {
  readonly outages: readonly PredictedOutage[];
  readonly recoveries: readonly PredictedRecovery[];
  /** What must always hold and did not, in words. */
  readonly violations: readonly string[];
  readonly ended_s: number;
  /** The system logs of all servers and what was done to them. */
  readonly transcript: readonly string[];
}

/** Messages take up to so much longer than their least time, by chance. */
const JITTER_MS = 2;

/** What would happen if: run the ring of an inventory until all is normal again, or may take no longer for that. */
export function simulate(
  ring: SimulatedRing,
  { faults, durations, seed, timing }: { faults: readonly TimedFault[]; durations: Durations; seed: number; timing: TimingProfile },
): Prediction {
  const world = new World(ring, durations);
  const random = new Random(seed);
  world.faults.random = () => random.fraction();
  world.faults.delay = () => random.fraction() * JITTER_MS;
  world.bootstrap();
  world.run(2 * timing.interval_ms);
  world.runToInterval(0);
  const begin_ms = world.now_ms;
  const since_s = (at_ms: number): number => Math.round(at_ms - begin_ms) / 1000;
  const before = world.transcript.length;
  const records: LogRecord[] = [];
  world.watch = (_, effect) => records.push(...recordOf(effect, world.now_ms));
  const violations: Violation[] = [];
  const report = (invariant: Violation['invariant'], what: string, server?: string): void => {
    violations.push({ invariant, at_ms: world.now_ms, server, what });
  };
  const { condition, bounds, outages } = installCheckers(world, timing, 1, report);
  for (const { at_ms, fault } of faults) world.at(at_ms, () => cause(world, fault));
  world.run(Math.max(...faults.map(({ at_ms, fault }) => at_ms + repairedAfter_ms(fault))));
  runUntilReturned(world, condition, bounds, report);
  return {
    outages: outages.all.map(({ server, from_ms, to_ms, servedBy }) => ({
      server,
      from_s: since_s(from_ms),
      duration_s: to_ms === undefined ? null : Math.round(to_ms - from_ms) / 1000,
      servedBy: servedBy ?? null,
    })),
    recoveries: findRecoveries(ring.names, records, []).map(({ target, manager, virtualServer, detected, times }) => {
      const detected_s = since_s(Date.parse(detected));
      const returned_s = times.target_s === null ? null : Math.round((detected_s + times.target_s) * 1000) / 1000;
      return { target, manager, virtualServer, detected_s, returned_s, times };
    }),
    violations: violations.map(({ at_ms, what }) => `after ${since_s(at_ms).toFixed(2)} s: ${what}`),
    ended_s: since_s(world.now_ms),
    transcript: world.transcript.slice(before),
  };
}

function recordOf(effect: ServerEffect, time_ms: number): LogRecord[] {
  const parsed = effect.kind === 'log' ? parseLogLine(effect.text) : undefined;
  return parsed === undefined ? [] : [{ ...parsed, time_ms: Math.round(time_ms) }];
}
