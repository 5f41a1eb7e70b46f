/** Readers for what the ownership of addresses keeps and says: documents, claims, messages. */
import type { Claim } from '../protocol/ownership/claim.ts';
import type { Ask, OwnershipMessage, Reply } from '../protocol/ownership/ownership-messages.ts';
import type { GrantedClaim, VoterDocument } from '../protocol/ownership/voter-document.ts';
import type { VoterMemory } from '../protocol/ownership/voter-memory.ts';
import type { ConfiguredVoter, VotersConfiguration } from '../protocol/ownership/voters-configuration.ts';
import { boolean, exactly, listOf, number, object, oneOf, optional, recordOf, text, variants } from './checked-value.ts';
import { serverName } from './field-readers.ts';
import { leaseTiming } from './ownership-readers.ts';

const MOST_VOTERS = 65;
const MOST_ADDRESSES = 256;

const count = number('a count', { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true });
const voterIdentity = text('the identity of a voter', { max: 64, pattern: /^[A-Za-z0-9][A-Za-z0-9-]*$/ });
const nonce = text('a nonce', { max: 32, pattern: /^[0-9a-f]{32}$/ });
/** A virtual address, or the name under which the voters themselves are voted on. */
const ownedAddress = text('an address', { max: 45, pattern: /^(@config|[0-9a-f.:]+)$/ });

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

/** On the clock that counts from the machine's boot; no machine runs for longer than some decades. */
const moment_ms = number('a moment in milliseconds', { min: 0, max: 1e12 });

export const voterMemory = object<VoterMemory>({
  uuid: voterIdentity,
  lease: leaseTiming,
  until_mono_ms: moment_ms,
  notBefore_mono_ms: moment_ms,
  locks: listOf(object<VoterMemory['locks'][number]>({ claim, until_mono_ms: moment_ms, freed: boolean }), { max: MOST_ADDRESSES }),
});

const milliseconds = number('milliseconds', { min: 0, max: 86_400_000 });

const ask = object<Ask>({ claim, sequence: count, length: oneOf(['short', 'long'] as const) });

const reply = object<Reply>({
  claim,
  sequence: count,
  yes: boolean,
  epoch: optional(count),
  holder: optional(serverName),
  nonce: optional(nonce),
  remaining_ms: optional(milliseconds),
});

/** One datagram's message. What it says is looked at by the core; here only that it is one, of bounded size. */
export const ownershipMessage = variants<OwnershipMessage>({
  ask: object({ kind: exactly('ask'), configuration: votersConfiguration, asks: listOf(ask, { max: MOST_ADDRESSES }) }),
  reply: object({
    kind: exactly('reply'),
    voter: serverName,
    uuid: voterIdentity,
    configuration: optional(votersConfiguration),
    replies: listOf(reply, { max: MOST_ADDRESSES }),
  }),
  free: object({ kind: exactly('free'), claim, by: oneOf(['holder', 'fence'] as const) }),
});
