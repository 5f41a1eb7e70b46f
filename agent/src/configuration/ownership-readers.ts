import type { LeaseTiming, OwnershipConfiguration, Voter } from '../protocol/ring/ownership-configuration.ts';
import { DUPLICATE_ADDRESS_POLICIES, NO_QUORUM_POLICIES } from '../protocol/ring/ownership-configuration.ts';
import type { FencingDevice } from './agent-configuration.ts';
import { boolean, InvalidValue, listOf, number, object, oneOf, recordOf, text, type Reader } from './checked-value.ts';
import { ipv4, serverName } from './field-readers.ts';

/** The servers of the largest ring and the witness. */
const MOST_VOTERS = 65;
const MOST_VOTES = 2;
/** A voter that starts refuses everything for that long: more would keep a restarted ring waiting. */
const LONGEST_LEASE_MS = 5_000;
const RENEWALS_A_LEASE = 4;

const leaseLength = number('milliseconds', { min: 1, max: LONGEST_LEASE_MS });

const voter = object<Voter>({
  name: serverName,
  serviceAddress: ipv4,
  semAddress: ipv4,
  weight: number('a number of votes', { min: 1, max: MOST_VOTES, whole: true }),
  witness: boolean,
});

export const leaseTiming = object<LeaseTiming>({
  lease_ms: leaseLength,
  long_lease_ms: leaseLength,
  renewal_ms: leaseLength,
  clock_error: number('a fraction', { min: 0, max: 0.1 }),
  kernel_guard_ms: number('milliseconds', { min: 0, max: 1_000 }),
});

/** Voters and leases, each field by itself; `checkVoters` looks at them together. */
export const ownership: Reader<OwnershipConfiguration> = object<OwnershipConfiguration>({
  no_quorum: oneOf(NO_QUORUM_POLICIES),
  duplicate_address: oneOf(DUPLICATE_ADDRESS_POLICIES),
  voters: listOf(voter, { min: 2, max: MOST_VOTERS }),
  lease: leaseTiming,
});

/**
 * What the safety of ownership rests on, whoever wrote the file: no voter counts twice, and a lease outlives a lost renewal.
 *
 * @throws InvalidValue naming the first rule that is broken; `path` is where the ownership stands
 */
export function checkVoters({ voters, lease }: OwnershipConfiguration, path: string): void {
  for (const field of ['name', 'serviceAddress', 'semAddress'] as const) {
    const values = voters.map((voter) => voter[field]);
    const repeated = values.find((entry, index) => values.indexOf(entry) !== index);
    if (repeated !== undefined) throw new InvalidValue(`${path}.voters`, `every ${field} once`, repeated);
  }
  const witnesses = voters.filter((voter) => voter.witness);
  if (witnesses.length > 1) throw new InvalidValue(`${path}.voters`, 'at most one witness', witnesses.length);
  if (lease.renewal_ms * RENEWALS_A_LEASE > lease.lease_ms) {
    throw new InvalidValue(`${path}.lease.renewal_ms`, 'at most a quarter of lease_ms', lease.renewal_ms);
  }
  if (lease.long_lease_ms < lease.lease_ms) {
    throw new InvalidValue(`${path}.lease.long_lease_ms`, 'at least lease_ms', lease.long_lease_ms);
  }
}

const parameterName = text('the name of a parameter', { max: 64, pattern: /^[a-z][a-z0-9_]*$/ });

/** One line, which may be a password: an error never shows it. */
const parameterValue: Reader<string> = (value, path) => {
  if (typeof value === 'string' && value.length <= 1_000 && !/[\0\r\n]/.test(value)) return value;
  throw new InvalidValue(path, 'one line of text (at most 1000 characters)', 'something else');
};

export const fencingDevice: Reader<FencingDevice> = object<FencingDevice>({
  agent: text('a fence agent', { max: 64, pattern: /^fence_[a-z0-9_]+$/ }),
  parameters: recordOf(parameterName, parameterValue, 64),
});
