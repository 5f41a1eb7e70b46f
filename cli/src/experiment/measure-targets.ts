import type { Recovery } from '../inspect/recoveries.ts';
import { type AccessAttempt, type Disconnection, summarizeAccess } from '../lab/client/access-log.ts';
import type { FaultDone, MeasuredTarget } from './run-record.ts';

/** A manager's clock may tell the same moment a little earlier than ours. */
const CLOCK_TOLERANCE_MS = 100;

/** What was seen of a failure. */
export interface Seen {
  readonly faults: readonly FaultDone[];
  /** From all system logs since just before the fault. */
  readonly recoveries: readonly Recovery[];
  /** The attempts of one client for each server that failed. */
  readonly access: Readonly<Record<string, readonly AccessAttempt[]>>;
}

/** The times of §5.2 for each server that failed. Where several managers found it failed, those of the one that recovered it first count. */
export function measureTargets({ faults, recoveries, access }: Seen): readonly MeasuredTarget[] {
  return faults.map(({ server, problem, at_ms }) => {
    const { disconnections } = summarizeAccess(access[server] ?? []);
    const felt = disconnections.filter(({ to_ms }) => to_ms === null || to_ms > at_ms);
    const [first, ...later] = felt;
    return {
      server,
      problem,
      recovery: wholeRecovery(recoveriesOf(server, at_ms, recoveries)) ?? null,
      disconnection_s: first === undefined ? 0 : lengthOf(first),
      laterDisconnection_s: Math.round(later.reduce((sum, one) => sum + (lengthOf(one) ?? 0), 0) * 1000) / 1000,
    };
  });
}

/** What went wrong beside what was done on purpose, in words. */
export function troublesIn(seen: Seen, targets: readonly MeasuredTarget[]): readonly string[] {
  return [...targets.flatMap((target) => troublesOfTarget(target, seen)), ...unplannedRecoveries(seen)];
}

function troublesOfTarget({ server, recovery, disconnection_s }: MeasuredTarget, { faults, recoveries, access }: Seen): readonly string[] {
  const at_ms = faults.find((fault) => fault.server === server)?.at_ms ?? 0;
  const own = recoveriesOf(server, at_ms, recoveries).filter(({ virtualServer }) => virtualServer !== null);
  const troubles: string[] = [];
  if (recovery === null) troubles.push(`no system log tells of a recovery of ${server}`);
  else if (recovery.outcome !== 'target recovered') troubles.push(`${server}: ${recovery.outcome}`);
  const wentAway = recovery !== null && faults.some((fault) => fault.server === recovery.manager);
  if (own.length > 1 && !wentAway)
    troubles.push(`${server} was recovered ${own.length} times: by ${own.map(({ manager }) => manager).join(', then by ')}`);
  if (summarizeAccess(access[server] ?? []).disconnections.at(-1)?.to_ms === null)
    troubles.push(`the client of ${server} was not served at the end`);
  if (disconnection_s === 0) troubles.push(`the client of ${server} did not feel the failure`);
  const before = summarizeAccess((access[server] ?? []).filter(({ ended_ms }) => ended_ms <= at_ms));
  if (before.failed > 0) troubles.push(`the client of ${server} was not served all the time before the failure`);
  return troubles;
}

function unplannedRecoveries({ faults, recoveries }: Seen): readonly string[] {
  return recoveries
    .filter(({ target }) => !faults.some(({ server }) => server === target))
    .map(({ target, manager, problem }) => `${target} was found failed (${problem} problem, by ${manager}), which it was not meant to be`);
}

function recoveriesOf(server: string, at_ms: number, recoveries: readonly Recovery[]): readonly Recovery[] {
  return recoveries.filter(({ target, detected }) => target === server && Date.parse(detected) >= at_ms - CLOCK_TOLERANCE_MS);
}

/**
 * The recovery that served first. Where its manager went away meanwhile, as one does whose own services were stopped, another took it up and returned the
 * server: that return is the one.
 */
function wholeRecovery(recoveries: readonly Recovery[]): Recovery | undefined {
  const served = recoveries.filter(({ times }) => times.serverFunction_s !== null);
  const [first] = served.toSorted((a, b) => momentOf(a, 'serverFunction_s') - momentOf(b, 'serverFunction_s'));
  if (first === undefined) return recoveries[0];
  const [returned] = recoveries
    .filter(({ times }) => times.target_s !== null)
    .toSorted((a, b) => momentOf(a, 'target_s') - momentOf(b, 'target_s'));
  if (first.times.target_s !== null || returned === undefined) return first;
  const target_s = Math.round(momentOf(returned, 'target_s') - Date.parse(first.detected)) / 1000;
  return { ...first, outcome: returned.outcome, times: { ...first.times, target_s } };
}

/** Unix time in milliseconds of what a recovery came to. */
function momentOf({ detected, times }: Recovery, what: 'serverFunction_s' | 'target_s'): number {
  return Date.parse(detected) + (times[what] ?? Infinity) * 1000;
}

function lengthOf({ from_ms, to_ms }: Disconnection): number | null {
  return to_ms === null ? null : (to_ms - from_ms) / 1000;
}
