import type { LeaseTiming } from '../../ring/ownership-configuration.ts';
import { voterWait_ms } from '../durations.ts';
import type { OwnershipContext } from '../ownership-context.ts';
import type { OwnershipState } from '../ownership-state.ts';
import type { VoterMemory } from '../voter-memory.ts';

/**
 * To be asked for after the agent's last step, so that it knows every yes that was said. A claim whose grant is still on its way to the disk has not heard one:
 * the disk will tell whether it was granted.
 *
 * @param now_mono_ms when it is left
 * @returns undefined of a voter that has not started
 */
export function voterMemoryOf({ started, document, voter, inventory }: OwnershipState, now_mono_ms: number): VoterMemory | undefined {
  if (!started) return undefined;
  const locks = Object.values(voter.locks)
    .filter(({ written }) => written)
    .map(({ claim, until_mono_ms, freed }) => ({ claim: { ...claim }, until_mono_ms, freed }));
  const until_mono_ms = now_mono_ms + voterWait_ms(inventory.lease, 'long');
  return { uuid: document.uuid, lease: { ...inventory.lease }, until_mono_ms, notBefore_mono_ms: voter.notBefore_mono_ms, locks };
}

/** V1: a voter without a memory waits, until whatever lease was supported before is over on any clock. */
export function recall(context: OwnershipContext, memory: VoterMemory | undefined): void {
  const { voter, document } = context.state;
  if (memory?.uuid !== document.uuid || context.passed(memory.until_mono_ms) || !isSameLease(memory.lease, context.lease)) {
    voter.notBefore_mono_ms = context.in(voterWait_ms(context.lease, 'long'));
    return;
  }
  voter.notBefore_mono_ms = memory.notBefore_mono_ms;
  for (const { claim, until_mono_ms, freed } of memory.locks) voter.locks[claim.address] = { claim, until_mono_ms, freed, written: true };
}

function isSameLease(one: LeaseTiming, other: LeaseTiming): boolean {
  return (
    one.lease_ms === other.lease_ms &&
    one.long_lease_ms === other.long_lease_ms &&
    one.renewal_ms === other.renewal_ms &&
    one.clock_error === other.clock_error &&
    one.kernel_guard_ms === other.kernel_guard_ms
  );
}
