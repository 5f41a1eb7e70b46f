import { emptyRecord } from '../../empty-record.ts';
import type { Claim, LeaseLength } from '../claim.ts';
import { leaseLength_ms, patience_ms, retry_ms } from '../durations.ts';
import type { OwnershipContext } from '../ownership-context.ts';
import type { OwnershipOutcome } from '../ownership-events.ts';
import type { Asking, Holding } from '../ownership-state.ts';
import { tellFailure, tellWorking } from './failures.ts';
import { markOf } from './marks.ts';
import { goOnAlone } from './without-majority.ts';

export const STAGE_LEASE = 'ownership-stage';

/** The claim is in /run, so the voters may hear of it; also a claim that an earlier agent left there (H7), of which nothing is acknowledged. */
export function beginAsking(context: OwnershipContext, holding: Holding, claim: Claim): void {
  const { holder } = context.state;
  holding.phase = {
    kind: 'asking',
    claim,
    length: holder.longUntil_mono_ms === undefined ? 'short' : 'long',
    firstSequence: holder.nextSequence,
    acked: emptyRecord(),
    staging: undefined,
    staged: [],
    switched: 0,
    leaseUntil_mono_ms: undefined,
    due_mono_ms: context.now.mono_ms,
    giveUp_mono_ms: context.in(patience_ms(context.lease)),
    heardYes: false,
    rivalled: false,
    alone: false,
    refusedFor: undefined,
  };
  askWhereDue(context);
}

/** From now on leases of this length are asked for. An answer to an ask for the other length would be taken for more, or less, than it is. */
export function askFor(context: OwnershipContext, asking: Asking, length: LeaseLength): void {
  asking.length = length;
  asking.firstSequence = context.state.holder.nextSequence;
  asking.acked = emptyRecord();
  asking.due_mono_ms = context.now.mono_ms;
}

/** H2: first the kernel, then the voters, so that what they support ends before they stop supporting it. */
export function askWhereDue(context: OwnershipContext): void {
  const asking = claimsAsked(context);
  if (!asking.some(({ due_mono_ms }) => context.passed(due_mono_ms))) return;
  for (const one of asking) {
    // What is due soon goes into the same datagram.
    if (context.passed(one.due_mono_ms - retry_ms(context.lease))) stage(context, one);
  }
}

function stage(context: OwnershipContext, asking: Asking): void {
  const { holder } = context.state;
  asking.due_mono_ms = context.in(asking.leaseUntil_mono_ms === undefined ? retry_ms(context.lease) : context.lease.renewal_ms);
  if (asking.staging !== undefined) return;
  const { address } = asking.claim;
  const sequence = holder.nextSequence;
  holder.nextSequence += 1;
  const length_ms = leaseLength_ms(context.lease, asking.length);
  asking.staging = sequence;
  asking.staged = asking.staged.filter(({ until_mono_ms }) => !context.passed(until_mono_ms));
  asking.staged.push({ sequence, length: asking.length, until_mono_ms: context.in(length_ms) });
  const request = `${STAGE_LEASE}:${String(sequence)}:${address}`;
  context.emit({ kind: 'stage-lease', request, address, mark: markOf(sequence), length_ms });
}

/** The kernel has the element, or does not take it: then nobody is asked. */
export function leaseStaged(context: OwnershipContext, address: string, sequence: number, outcome: OwnershipOutcome): void {
  const { holder } = context.state;
  const phase = holder.holdings[address]?.phase;
  if (phase?.kind === 'asking' && phase.staging === sequence) {
    phase.staging = undefined;
    const staged = phase.staged.find((one) => one.sequence === sequence);
    if (outcome.kind === 'failed') {
      tellFailure(context, `The kernel takes no lease of ${address}`, outcome);
      phase.staged = phase.staged.filter((one) => one !== staged);
    } else if (staged !== undefined) {
      tellWorking(context);
      holder.ready.push({ claim: phase.claim, sequence, length: staged.length });
      goOnAlone(context, phase);
    }
  }
  if (claimsAsked(context).every(({ staging }) => staging === undefined)) sendReady(context);
}

function sendReady(context: OwnershipContext): void {
  const { holder } = context.state;
  const asks = holder.ready;
  const { configuration } = context;
  holder.ready = [];
  if (asks.length === 0 || configuration === undefined) return;
  for (const { name } of configuration.voters) context.send(name, { kind: 'ask', configuration, asks });
}

/** The addresses that voters are asked for now. */
export function claimsAsked(context: OwnershipContext): Asking[] {
  return Object.values(context.state.holder.holdings).flatMap(({ phase }) => (phase.kind === 'asking' ? [phase] : []));
}
