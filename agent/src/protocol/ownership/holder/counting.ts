import type { OwnershipContext } from '../ownership-context.ts';
import type { Reply } from '../ownership-messages.ts';
import type { Asking, Holding } from '../ownership-state.ts';
import { randomPause_ms, voterWait_ms } from '../durations.ts';
import { sameClaim } from '../claim.ts';
import type { VotersConfiguration } from '../voters-configuration.ts';
import { endClaim } from './ending.ts';
import { markOf } from './marks.ts';
import { tellIfPrepared } from './prepared-restart.ts';

/** H3: a voter of the present configuration, under which it answers, said yes to exactly this claim. */
export function yesCame(context: OwnershipContext, configuration: VotersConfiguration, voter: string, reply: Reply): void {
  const holding = context.state.holder.holdings[reply.claim.address];
  if (holding === undefined) return;
  const asking = askingOf(holding, reply);
  if (asking === undefined || reply.sequence < asking.firstSequence) return;
  asking.heardYes = true;
  asking.acked[voter] = Math.max(asking.acked[voter] ?? 0, reply.sequence);
  switchOn(context, asking, majoritySequence(configuration, asking.acked));
  if (asking.leaseUntil_mono_ms !== undefined) holding.failureTold = false;
}

/** H4: what a majority has acknowledged, each this ask or a later one, is let through until the kernel ends it. */
function switchOn(context: OwnershipContext, asking: Asking, sequence: number): void {
  const staged = asking.staged.find((one) => one.sequence === sequence);
  if (sequence <= asking.switched || staged === undefined || context.passed(staged.until_mono_ms)) return;
  const { address } = asking.claim;
  const began = asking.leaseUntil_mono_ms === undefined || asking.alone;
  asking.switched = sequence;
  asking.leaseUntil_mono_ms = staged.until_mono_ms;
  asking.giveUp_mono_ms = staged.until_mono_ms + voterWait_ms(context.lease, 'short');
  asking.alone = false;
  context.emit({ kind: 'switch-lease', address, mark: markOf(sequence) });
  if (began) {
    context.log(`${address} is held here (epoch ${String(asking.claim.epoch)})`);
    context.notify({ kind: 'lease-began', address, claim: asking.claim });
  }
  tellIfPrepared(context);
}

/** The greatest sequence that voters with more than half of the votes have acknowledged, or a later one; 0: none. */
export function majoritySequence({ voters }: VotersConfiguration, acked: Readonly<Record<string, number>>): number {
  const all = voters.reduce((sum, { weight }) => sum + weight, 0);
  const newestFirst = voters
    .map(({ name, weight }) => ({ weight, sequence: acked[name] ?? 0 }))
    .sort((one, other) => other.sequence - one.sequence);
  let votes = 0;
  for (const { weight, sequence } of newestFirst) {
    votes += weight;
    if (votes * 2 > all) return sequence;
  }
  return 0;
}

/** V6's answer: what it tells about others decides when, and with which epoch, it is asked again. */
export function refusalCame(context: OwnershipContext, reply: Reply): void {
  const holding = context.state.holder.holdings[reply.claim.address];
  if (holding === undefined) return;
  holding.highestEpoch = Math.max(holding.highestEpoch, reply.epoch ?? 0);
  const asking = askingOf(holding, reply);
  if (asking === undefined) return;
  tellRefusal(context, asking, reply);
  if (asking.leaseUntil_mono_ms === undefined && reply.remaining_ms !== undefined && reply.remaining_ms > 0) {
    asking.due_mono_ms = Math.min(asking.due_mono_ms, context.in(reply.remaining_ms));
  }
  if (!isOutdatedBy(asking, reply)) return;
  asking.rivalled = true;
  // Where nobody stands in the way any more but a higher epoch, there is nobody to make room for.
  const makesRoom = asking.heardYes && (reply.remaining_ms ?? 0) > 0;
  endIfRivalled(context, holding, asking, makesRoom ? randomPause_ms(context.lease, asking.claim.nonce) : 0);
}

/** A claim that a voter has seen a newer one than gets no further: a new one with a higher epoch does. */
export function endIfRivalled(context: OwnershipContext, holding: Holding, asking: Asking, pause_ms: number): void {
  if (!asking.rivalled || (asking.leaseUntil_mono_ms !== undefined && !asking.alone)) return;
  if (asking.alone) {
    const reason = 'a voter supports another holder';
    context.notify({ kind: 'lease-lost', address: asking.claim.address, reason });
    context.log(`${asking.claim.address} is given up here: ${reason}`);
  }
  endClaim(context, holding, asking.claim, pause_ms);
}

function isOutdatedBy({ claim }: Asking, { epoch, holder, nonce }: Reply): boolean {
  if (epoch === undefined || epoch < claim.epoch) return false;
  return epoch > claim.epoch || holder !== claim.holder || nonce !== claim.nonce;
}

function tellRefusal(context: OwnershipContext, asking: Asking, { epoch, holder, nonce, remaining_ms }: Reply): void {
  const { address } = asking.claim;
  const known = epoch !== undefined && holder !== undefined && nonce !== undefined;
  const granted = known && nonce !== asking.claim.nonce ? { address, epoch, holder, nonce } : undefined;
  if (asking.leaseUntil_mono_ms !== undefined || asking.refusedFor === (granted?.nonce ?? '')) return;
  asking.refusedFor = granted?.nonce ?? '';
  context.notify({ kind: 'refused', address, granted, remaining_ms });
}

function askingOf(holding: Holding, { claim }: Reply): Asking | undefined {
  return holding.phase.kind === 'asking' && sameClaim(holding.phase.claim, claim) ? holding.phase : undefined;
}
