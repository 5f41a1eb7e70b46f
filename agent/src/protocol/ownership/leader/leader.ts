import { emptyRecord } from '../../empty-record.ts';
import { sameClaim } from '../claim.ts';
import { randomPause_ms, retry_ms, voterWait_ms } from '../durations.ts';
import type { OwnershipContext } from '../ownership-context.ts';
import type { OwnershipOutcome } from '../ownership-events.ts';
import { CONFIGURATION_ADDRESS, type Reply } from '../ownership-messages.ts';
import type { LeaderState } from '../ownership-state.ts';
import { install } from '../voter/document.ts';
import type { ConfiguredVoter, VotersConfiguration } from '../voters-configuration.ts';
import { nextConfiguration, wantedVoters } from './next-configuration.ts';

export const DRAW_LEADER_NONCE = 'ownership-leader-nonce';
/** Another leader has so many long waits for its next change before it is disturbed. */
const WAITS_FOR_OTHERS = 3;

/** The ring wants these voters, and this machine to see to it. */
export function wantVoters(context: OwnershipContext, wanted: readonly string[]): void {
  const { leader } = context.state;
  if (leader === undefined) {
    context.state.leader = {
      wanted,
      phase: 'pausing',
      claim: undefined,
      acked: [],
      ready_mono_ms: undefined,
      uuids: emptyRecord(),
      due_mono_ms: context.now.mono_ms,
      highestEpoch: 0,
    };
  } else {
    leader.wanted = wanted;
    // A pause is another leader's time, which each of its changes would cut short: two would stop each other for ever.
    if (leader.phase !== 'pausing') leader.due_mono_ms = context.now.mono_ms;
  }
  leaderDeadlines(context);
}

/** Who has changes of its own under way finishes them: the ring that wants something else by then finds another leader. */
export function leaveVoters(context: OwnershipContext): void {
  if (context.state.leader?.phase !== 'leading') context.state.leader = undefined;
}

export function leaderDeadlines(context: OwnershipContext): void {
  const { leader } = context.state;
  if (leader === undefined) return;
  if (leader.phase === 'leading' && context.passed(leader.ready_mono_ms)) change(context, leader);
  if (!context.passed(leader.due_mono_ms)) return;
  leader.due_mono_ms = undefined;
  if (leader.phase === 'pausing') beginAsCandidate(context, leader);
  // Another leader may have done what a candidate is there for.
  else if (leader.phase === 'candidate' && isReached(context, leader, context.configuration)) context.state.leader = undefined;
  else ask(context, leader);
}

export function deadlinesOfLeader(context: OwnershipContext): (number | undefined)[] {
  const { leader } = context.state;
  // A change that may be made and has nothing to change is looked at again with the next ask or wish.
  return leader === undefined ? [] : [leader.due_mono_ms, context.passed(leader.ready_mono_ms) ? undefined : leader.ready_mono_ms];
}

/** C1: a candidate needs a nonce and an epoch above all that it has seen. */
function beginAsCandidate(context: OwnershipContext, leader: LeaderState): void {
  if (isReached(context, leader, context.configuration)) {
    context.state.leader = undefined;
    return;
  }
  leader.phase = 'drawing';
  context.emit({ kind: 'draw-nonce', request: DRAW_LEADER_NONCE });
}

export function leaderNonceDrawn(context: OwnershipContext, outcome: OwnershipOutcome): void {
  const { leader } = context.state;
  if (leader?.phase !== 'drawing') return;
  if (outcome.kind !== 'nonce') {
    leader.phase = 'pausing';
    leader.due_mono_ms = context.in(voterWait_ms(context.lease, 'long'));
    return;
  }
  const epoch =
    Math.max(leader.highestEpoch, context.state.document.granted[CONFIGURATION_ADDRESS]?.epoch ?? 0, context.configuration?.term ?? 0) + 1;
  leader.claim = { address: CONFIGURATION_ADDRESS, epoch, holder: context.self, nonce: outcome.nonce };
  leader.phase = 'candidate';
  leader.acked = [];
  ask(context, leader);
}

/** Ask all voters, and those that are wanted: their answers tell which disk they have. */
function ask(context: OwnershipContext, leader: LeaderState): void {
  const { configuration } = context;
  if (leader.claim === undefined || configuration === undefined) return;
  const asks = [{ claim: leader.claim, sequence: 0, length: 'short' }] as const;
  const names = new Set([...configuration.voters.map(({ name }) => name), ...leader.wanted]);
  const { lease } = context;
  // Whoever does not answer by then is told now and then.
  leader.due_mono_ms = context.in(context.passed(leader.ready_mono_ms) ? voterWait_ms(lease, 'long') : lease.renewal_ms);
  for (const name of names) context.send(name, { kind: 'ask', configuration, asks });
}

/** Whatever a wanted voter answers tells its disk. */
export function voterHeard(context: OwnershipContext, voter: string, uuid: string): void {
  const { leader } = context.state;
  if (leader?.wanted.includes(voter) === true) leader.uuids[voter] = uuid;
}

/** A voter of the present configuration, under which it answers, said yes to the claim of the configuration. */
export function leaderYesCame(context: OwnershipContext, configuration: VotersConfiguration, voter: string, reply: Reply): void {
  const { leader } = context.state;
  if (leader?.claim === undefined || !sameClaim(leader.claim, reply.claim) || leader.acked.includes(voter)) return;
  leader.acked.push(voter);
  if (!isMajority(configuration, leader.acked)) return;
  if (leader.phase === 'candidate') lead(context, leader, configuration);
  // C3: leases of an older configuration, long ones too, are over when this has passed.
  else leader.ready_mono_ms ??= context.in(voterWait_ms(context.lease, 'long'));
}

/** C4: somebody else has a higher epoch. */
export function leaderRefusalCame(context: OwnershipContext, { epoch, holder, nonce }: Reply): void {
  const { leader } = context.state;
  if (leader === undefined || epoch === undefined) return;
  leader.highestEpoch = Math.max(leader.highestEpoch, epoch);
  const { claim } = leader;
  if (claim === undefined || epoch < claim.epoch || (epoch === claim.epoch && holder === claim.holder && nonce === claim.nonce)) return;
  leaveToOthers(context, leader);
}

/** C2 and C3 go on when one's own configuration is on disk; C4: another's ends the leading, and as long as it makes changes it is not disturbed. */
export function votersChangedForLeader(context: OwnershipContext): void {
  const { leader, document } = context.state;
  if (leader === undefined) return;
  leader.acked = [];
  leader.ready_mono_ms = undefined;
  if (leader.claim === undefined) {
    if (leader.phase === 'pausing') leaveToOthers(context, leader);
    return;
  }
  if (document.configuration?.term === leader.claim.epoch) {
    leader.phase = 'leading';
    leader.due_mono_ms = context.now.mono_ms;
    leaderDeadlines(context);
  } else if (leader.phase === 'leading') {
    leaveToOthers(context, leader);
  }
}

/** C2: the term is written anew, with the same voters, before anything is changed. */
function lead(context: OwnershipContext, leader: LeaderState, configuration: VotersConfiguration): void {
  const term = leader.claim?.epoch ?? 0;
  if (!install(context, { ...configuration, term, version: configuration.version + 1 })) askAgain(context, leader);
}

/** C3: one vote at a time. The leading ends once the wanted voters vote, and a majority of them has said so. */
function change(context: OwnershipContext, leader: LeaderState): void {
  const { configuration } = context;
  if (configuration === undefined || leader.claim === undefined) return;
  if ((context.state.document.granted[CONFIGURATION_ADDRESS]?.epoch ?? 0) > leader.claim.epoch) {
    leaveToOthers(context, leader);
    return;
  }
  const next = nextConfiguration(configuration, targetOf(context, leader));
  if (next === undefined) {
    if (isReached(context, leader, configuration)) context.state.leader = undefined;
  } else if (!install(context, next)) {
    askAgain(context, leader);
  }
}

/** The disk was busy. */
function askAgain(context: OwnershipContext, leader: LeaderState): void {
  leader.acked = [];
  leader.due_mono_ms = context.in(retry_ms(context.lease));
}

function leaveToOthers(context: OwnershipContext, leader: LeaderState): void {
  const { lease } = context;
  const pause_ms = voterWait_ms(lease, 'long') * WAITS_FOR_OTHERS + randomPause_ms(lease, leader.claim?.nonce ?? '0');
  leader.phase = 'pausing';
  leader.claim = undefined;
  leader.acked = [];
  leader.ready_mono_ms = undefined;
  leader.due_mono_ms = context.in(pause_ms);
}

function targetOf(context: OwnershipContext, { wanted, uuids }: LeaderState): readonly ConfiguredVoter[] {
  const configured = context.configuration?.voters ?? [];
  return wantedVoters(
    context.state.inventory.voters,
    wanted,
    (name) => uuids[name] ?? configured.find((voter) => voter.name === name)?.uuid,
  );
}

/** Also where there are no voters at all that could be changed. */
function isReached(context: OwnershipContext, leader: LeaderState, configuration: VotersConfiguration | undefined): boolean {
  if (configuration === undefined) return true;
  const target = targetOf(context, leader);
  return (
    leader.wanted.every((name) => target.some((voter) => voter.name === name)) && nextConfiguration(configuration, target) === undefined
  );
}

function isMajority({ voters }: VotersConfiguration, acked: readonly string[]): boolean {
  const all = voters.reduce((sum, { weight }) => sum + weight, 0);
  const yes = voters.filter(({ name }) => acked.includes(name)).reduce((sum, { weight }) => sum + weight, 0);
  return yes * 2 > all;
}
