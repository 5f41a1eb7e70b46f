import type { Recovery } from '../inspect/recoveries.ts';
import type { Service } from '../inspect/recovery-moments.ts';
import { type AccessAttempt, type Disconnection, summarizeAccess } from '../lab/client/access-log.ts';
import { disconnectionsOf, recoveriesOf, type Seen, servicesOf } from './measure-targets.ts';
import type { MeasuredTarget } from './run-record.ts';

/** So long before the failure its client must have been served. */
const SERVED_BEFORE_MS = 5_000;

/** The client begins an attempt each second, and gives it one: the next one begins in less time than this as long as the machine goes. */
const STANDSTILL_MS = 3_000;

/** What went wrong beside what was done on purpose, in words. */
export function troublesIn(seen: Seen, targets: readonly MeasuredTarget[]): readonly string[] {
  return [...standstill(seen), ...targets.flatMap((target) => troublesOfTarget(target, seen)), ...unplannedRecoveries(seen)];
}

/** A machine that was paused, or too busy to do anything, lets its clients wait whatever the ring does. The clients are of one machine: the longest tells of all. */
function standstill({ access }: Seen): readonly string[] {
  const longest_ms = Math.max(0, ...Object.values(access).flatMap(timesToTheNext));
  return longest_ms < STANDSTILL_MS
    ? []
    : [
        `the machine stood still, or nearly so, for about ${inSeconds(longest_ms)}: a client that begins an attempt each second did not for so long`,
      ];
}

function timesToTheNext(attempts: readonly AccessAttempt[]): readonly number[] {
  return attempts.map(({ started_ms, ended_ms }, index) => (attempts[index + 1]?.started_ms ?? ended_ms) - started_ms);
}

function troublesOfTarget({ server, recovery }: MeasuredTarget, seen: Seen): readonly string[] {
  const { access } = seen;
  const fault = seen.faults.find((one) => one.server === server);
  if (fault === undefined) return [];
  const { at_ms } = fault;
  const attempts = access[server] ?? [];
  const recoveries = recoveriesOf(server, at_ms, seen.recoveries);
  const services = servicesOf(fault, seen);
  const [failed, ...later] = disconnectionsOf(fault, attempts);
  const troubles: string[] = [];
  if (recovery === null) troubles.push(`no system log tells of a recovery of ${server}`);
  else if (recovery.outcome !== 'target recovered') troubles.push(`${server}: ${recovery.outcome}`);
  else if (recovery.times.serverFunction_s === null) troubles.push(`no system log tells that a virtual server served for ${server}`);
  if (services.length > 1) troubles.push(recoveredTwice(server, services, later));
  troubles.push(...idleVirtualServers(recoveries, services));
  if (summarizeAccess(attempts).disconnections.at(-1)?.to_ms === null) troubles.push(`the client of ${server} was not served at the end`);
  if (failed === undefined) troubles.push(`the client of ${server} did not feel the failure`);
  if (attemptsBefore(attempts, at_ms).some(({ ok }) => !ok))
    troubles.push(`the client of ${server} was not served all the time before the failure`);
  return troubles;
}

function attemptsBefore(attempts: readonly AccessAttempt[], at_ms: number): readonly AccessAttempt[] {
  return attempts.filter(({ started_ms, ended_ms }) => ended_ms <= at_ms && started_ms >= at_ms - SERVED_BEFORE_MS);
}

/** The function was lost, or taken from the virtual server that served; what its client lacked tells which. */
function recoveredTwice(server: string, services: readonly Service[], later: readonly Disconnection[]): string {
  const steps = services.map(({ manager, virtualServer, time_ms }, index) => {
    const earlier = services[index - 1];
    const after = earlier === undefined ? '' : `then ${inSeconds(time_ms - earlier.time_ms)} later `;
    return `${after}by ${manager} on ${virtualServer.split('@')[1] ?? ''}`;
  });
  const last_ms = services.at(-1)?.time_ms ?? -Infinity;
  const lacked_ms = later.filter(({ from_ms }) => from_ms < last_ms).map(({ from_ms, to_ms }) => (to_ms ?? from_ms) - from_ms);
  const sum_ms = lacked_ms.reduce((sum, one_ms) => sum + one_ms, 0);
  const lacked = sum_ms === 0 ? '' : `, with ${inSeconds(sum_ms)} in between in which its client was not served`;
  return `${server} was recovered ${services.length} times: ${steps.join(', ')}${lacked}`;
}

/** Made, but another virtual server served: two for one server. */
function idleVirtualServers(recoveries: readonly Recovery[], services: readonly Service[]): readonly string[] {
  return recoveries.flatMap(({ manager, virtualServer, times }) => {
    const isIdle = virtualServer !== null && times.serverFunction_s === null && services.length > 0;
    return isIdle && !services.some((service) => service.virtualServer === virtualServer)
      ? [`${manager} had ${virtualServer} made as well, and no system log tells that it served`]
      : [];
  });
}

function unplannedRecoveries({ faults, recoveries }: Seen): readonly string[] {
  return recoveries
    .filter(({ target }) => !faults.some(({ server }) => server === target))
    .map(({ target, manager, problem }) => `${target} was found failed (${problem} problem, by ${manager}), which it was not meant to be`);
}

function inSeconds(duration_ms: number): string {
  return `${(duration_ms / 1000).toFixed(2)} s`;
}
