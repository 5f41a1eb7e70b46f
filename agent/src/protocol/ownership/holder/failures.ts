import type { OwnershipContext } from '../ownership-context.ts';
import type { OwnershipOutcome } from '../ownership-events.ts';

/** Told once until something works again: what fails is tried many times a second. */
export function tellFailure(context: OwnershipContext, what: string, outcome: OwnershipOutcome): void {
  const { holder } = context.state;
  if (!holder.failing) context.log(outcome.kind === 'failed' ? `${what}: ${outcome.reason}` : what);
  holder.failing = true;
}

export function tellWorking(context: OwnershipContext): void {
  context.state.holder.failing = false;
}
