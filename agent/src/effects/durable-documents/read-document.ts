import { readFileSync, statSync } from 'node:fs';
import { number, object, optional, listOf, recordOf, text } from '../../configuration/checked-value.ts';
import { serverName } from '../../configuration/field-readers.ts';
import type { Claim } from '../../protocol/ownership/claim.ts';
import type { GrantedClaim, VoterDocument } from '../../protocol/ownership/voter-document.ts';
import type { ConfiguredVoter, VotersConfiguration } from '../../protocol/ownership/voters-configuration.ts';

const LARGEST_BYTES = 262_144;
const MOST_VOTERS = 65;
const MOST_ADDRESSES = 256;

const count = number('a count', { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true });
export const voterIdentity = text('the identity of a voter', { max: 64, pattern: /^[A-Za-z0-9][A-Za-z0-9-]*$/ });
export const nonce = text('a nonce', { max: 32, pattern: /^[0-9a-f]{32}$/ });
/** A virtual address, or the name under which the voters themselves are voted on. */
export const ownedAddress = text('an address', { max: 45, pattern: /^(@config|[0-9a-f.:]+)$/ });

/** @throws InvalidValue naming the first field that is wrong */
export const votersConfiguration = object<VotersConfiguration>({
  term: count,
  version: count,
  voters: listOf(
    object<ConfiguredVoter>({
      name: serverName,
      uuid: voterIdentity,
      weight: number('a number of votes', { min: 1, max: 2, whole: true }),
    }),
    { min: 1, max: MOST_VOTERS },
  ),
});

export const claim = object<Claim>({ address: ownedAddress, epoch: count, holder: serverName, nonce });

export const voterDocument = object<VoterDocument>({
  uuid: voterIdentity,
  configuration: optional(votersConfiguration),
  granted: recordOf(ownedAddress, object<GrantedClaim>({ epoch: count, holder: serverName, nonce }), MOST_ADDRESSES),
});

/**
 * The JSON of a small file; `undefined` where there is none.
 * @throws Error when it cannot be read, is unreasonably large or no JSON
 */
export function readJson(path: string): unknown {
  try {
    const { size } = statSync(path);
    if (size > LARGEST_BYTES) throw new Error(`it has ${String(size)} bytes`);
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}
