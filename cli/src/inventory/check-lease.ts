import type { Facts } from './facts.ts';
import { VARIABLES } from './facts.ts';
import { LEASE_PROFILES } from './lease-profiles.ts';
import type { ProblemCollector } from './problem-collector.ts';

const RENEWALS_A_LEASE = 4;

/** Durations of leases against each other, where `dbss_lease` overrides the profile's. */
export function checkLease(facts: Facts, problems: ProblemCollector): void {
  const name = facts.text(`${VARIABLES}/dbss_profile`) ?? 'paper';
  if (name !== 'paper' && name !== 'fast' && name !== 'wan') return;
  const overrides = `${VARIABLES}/dbss_lease`;
  const given = (key: 'lease_ms' | 'long_lease_ms' | 'renewal_ms'): number | undefined => facts.wholeNumber(`${overrides}/${key}`);
  const lease_ms = given('lease_ms') ?? LEASE_PROFILES[name].lease_ms;
  const long_lease_ms = given('long_lease_ms') ?? LEASE_PROFILES[name].long_lease_ms;
  const renewal_ms = given('renewal_ms') ?? LEASE_PROFILES[name].renewal_ms;
  if (renewal_ms * RENEWALS_A_LEASE > lease_ms) {
    problems.atValue(given('renewal_ms') === undefined ? `${overrides}/lease_ms` : `${overrides}/renewal_ms`, {
      found: `a renewal every ${String(renewal_ms)} ms of a lease of ${String(lease_ms)} ms`,
      expected: 'renewal_ms at most a quarter of lease_ms',
    });
  }
  if (long_lease_ms < lease_ms) {
    problems.atValue(given('long_lease_ms') === undefined ? `${overrides}/lease_ms` : `${overrides}/long_lease_ms`, {
      found: `a long lease of ${String(long_lease_ms)} ms beside a lease of ${String(lease_ms)} ms`,
      expected: 'long_lease_ms at least lease_ms',
    });
  }
}
