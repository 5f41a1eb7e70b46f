import { emptyRecord } from '../../empty-record.ts';
import { sameClaim } from '../claim.ts';
import { voterWait_ms } from '../durations.ts';
import type { OwnershipContext } from '../ownership-context.ts';
import type { OwnershipOutcome } from '../ownership-events.ts';
import { CONFIGURATION_ADDRESS, type Ask, type OwnershipMessage, type Reply } from '../ownership-messages.ts';
import type { AskMessage, Lock, Writing } from '../ownership-state.ts';
import { compareConfigurations } from '../voters-configuration.ts';
import { install, writeDocument } from './document.ts';
import { verdictOn } from './verdict.ts';

/**
 * A holder asks. What needs no disk is answered at once, the rest when it is on disk; what comes while the disk is busy waits for it, as if it had
 * been on its way for longer.
 */
export function askCame(context: OwnershipContext, from: string, message: AskMessage): void {
  const { voter, document } = context.state;
  const order = compareConfigurations(message.configuration, document.configuration);
  if (order > 0) {
    install(context, message.configuration);
    voter.waiting[from] = message;
    return;
  }
  // Nobody asks in another's name.
  const asks = message.asks.filter(({ claim }) => claim.holder === from);
  if (order < 0)
    answer(
      context,
      from,
      asks.map((ask) => refusal(context, ask)),
    );
  else answerAsks(context, from, { ...message, asks });
}

function answerAsks(context: OwnershipContext, from: string, message: AskMessage): void {
  const { voter, document } = context.state;
  const replies: Reply[] = [];
  const grants: Ask[] = [];
  const late: Ask[] = [];
  const busy = voter.writing !== undefined;
  for (const ask of message.asks) {
    const verdict = verdictOn(context, ask.claim);
    if (verdict === 'yes') replies.push(support(context, ask));
    else if (verdict === 'refuse') replies.push(refusal(context, ask));
    else if (verdict === 'wait' || busy) late.push(ask);
    else {
      grants.push(ask);
      lock(context, ask, false);
    }
  }
  if (late.length > 0) voter.waiting[from] = { ...message, asks: late };
  if (grants.length > 0) {
    const granted = { ...document.granted };
    for (const { claim } of grants) granted[claim.address] = { epoch: claim.epoch, holder: claim.holder, nonce: claim.nonce };
    writeDocument(context, { ...document, granted }, grants);
  }
  answer(context, from, replies);
}

/** The document is on disk, or could not be written. */
export function voterStored(context: OwnershipContext, outcome: OwnershipOutcome): void {
  const { voter } = context.state;
  const { writing } = voter;
  if (writing === undefined) return;
  voter.writing = undefined;
  if (outcome.kind === 'failed') {
    if (!voter.failing) context.log(`Votes cannot be written to disk, so none is given: ${outcome.reason}`);
    for (const { claim } of writing.grants) {
      const held = voter.locks[claim.address];
      if (held !== undefined && !held.written) Reflect.deleteProperty(voter.locks, claim.address);
    }
  } else {
    context.state.document = writing.document;
    answerGranted(context, writing);
  }
  voter.failing = outcome.kind === 'failed';
  const { waiting } = voter;
  voter.waiting = emptyRecord();
  // What needs the disk would be written again at once, and fail again.
  if (voter.failing) return;
  for (const [from, message] of Object.entries(waiting)) askCame(context, from, message);
}

/** V5: the wait begins now, after the write. A claim that was freed meanwhile is not supported. */
function answerGranted(context: OwnershipContext, { grants }: Writing): void {
  for (const ask of grants) {
    const held = context.state.voter.locks[ask.claim.address];
    const supported = ask.claim.address === CONFIGURATION_ADDRESS || held?.freed === false;
    answer(context, ask.claim.holder, [supported ? support(context, ask) : refusal(context, ask)]);
  }
}

/** V7: only the claim that is locked, nonce included; its holder says so for itself, whoever fenced it for it. */
export function freeCame(context: OwnershipContext, from: string, { claim, by }: OwnershipMessage & { readonly kind: 'free' }): void {
  const held = context.state.voter.locks[claim.address];
  if (by === 'holder' && from !== claim.holder) return;
  if (held !== undefined && sameClaim(held.claim, claim)) held.freed = true;
}

/** Yes, and no other claim for as long as the lease can last. */
function support(context: OwnershipContext, ask: Ask): Reply {
  if (ask.claim.address !== CONFIGURATION_ADDRESS) lock(context, ask, true);
  return { claim: ask.claim, sequence: ask.sequence, yes: true };
}

/** The wait for a long lease is not forgotten over a short one. */
function lock(context: OwnershipContext, { claim, length }: Ask, written: boolean): void {
  if (claim.address === CONFIGURATION_ADDRESS) return;
  const { locks } = context.state.voter;
  const held = locks[claim.address];
  const until_mono_ms = context.in(voterWait_ms(context.lease, length));
  const sooner_mono_ms = held !== undefined && sameClaim(held.claim, claim) ? held.until_mono_ms : until_mono_ms;
  locks[claim.address] = { claim, until_mono_ms: Math.max(sooner_mono_ms, until_mono_ms), freed: false, written };
}

/** No, with what the asker needs to know: an epoch that is high enough, who stands in the way, and for how long at least. */
function refusal(context: OwnershipContext, { claim, sequence }: Ask): Reply {
  const { voter, document } = context.state;
  const held: Lock | undefined = voter.locks[claim.address];
  const granted = held?.claim ?? document.granted[claim.address];
  const lockedUntil_mono_ms = held === undefined || held.freed || sameClaim(held.claim, claim) ? 0 : held.until_mono_ms;
  const until_mono_ms = Math.max(voter.notBefore_mono_ms, lockedUntil_mono_ms);
  const remaining_ms = Math.max(0, until_mono_ms - context.now.mono_ms);
  const reply = { claim, sequence, yes: false, remaining_ms };
  return granted === undefined ? reply : { ...reply, epoch: granted.epoch, holder: granted.holder, nonce: granted.nonce };
}

function answer(context: OwnershipContext, to: string, replies: readonly Reply[]): void {
  const { uuid, configuration } = context.state.document;
  if (replies.length > 0) context.send(to, { kind: 'reply', voter: context.self, uuid, configuration, replies });
}
