import type { Facts } from './facts.ts';
import { HOSTS, lastStep, VARIABLES } from './facts.ts';
import type { ProblemCollector } from './problem-collector.ts';
import { TIMING_PROFILES } from './timing-profiles.ts';

/** Memory that a server keeps for itself, its services and QEMU's own needs beside the standby's. */
const HOST_RESERVE_MB = 512;

/** Memory of the standby where `dbss_standby` does not say. */
export const DEFAULT_STANDBY_MEMORY_MB = 512;

/** What a server must have room and time for: its standby's memory, and internal monitoring within the interval. */
export function checkResources(facts: Facts, problems: ProblemCollector): void {
  checkMemory(facts, problems);
  checkTiming(facts, problems);
}

function checkMemory(facts: Facts, problems: ProblemCollector): void {
  const standby_mb = facts.wholeNumber(`${VARIABLES}/dbss_standby/memory_mb`) ?? DEFAULT_STANDBY_MEMORY_MB;
  const needed_mb = standby_mb + HOST_RESERVE_MB;
  for (const server of facts.items(HOSTS)) {
    const memory_mb = facts.wholeNumber(`${server}/dbss_memory_mb`);
    if (memory_mb === undefined || memory_mb >= needed_mb) continue;
    problems.atValue(`${server}/dbss_memory_mb`, {
      found: `${String(memory_mb)} MB of memory on ${lastStep(server)}`,
      expected: `at least ${String(needed_mb)} MB: ${String(standby_mb)} MB for its standby and ${String(HOST_RESERVE_MB)} MB for itself`,
    });
  }
}

function checkTiming(facts: Facts, problems: ProblemCollector): void {
  const name = facts.text(`${VARIABLES}/dbss_profile`) ?? 'paper';
  if (name !== 'paper' && name !== 'fast' && name !== 'wan') return;
  const overrides = `${VARIABLES}/dbss_timing`;
  const interval_ms = facts.wholeNumber(`${overrides}/interval_ms`);
  const internal_ms = facts.wholeNumber(`${overrides}/internal_monitoring_at_ms`);
  const profile = TIMING_PROFILES[name];
  if ((internal_ms ?? profile.internal_monitoring_at_ms) < (interval_ms ?? profile.interval_ms)) return;
  problems.atValue(internal_ms === undefined ? `${overrides}/interval_ms` : `${overrides}/internal_monitoring_at_ms`, {
    found: `internal monitoring at ${String(internal_ms ?? profile.internal_monitoring_at_ms)} ms of an interval of ${String(interval_ms ?? profile.interval_ms)} ms`,
    expected: 'internal_monitoring_at_ms less than interval_ms',
  });
}
