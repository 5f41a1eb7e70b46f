import { sameClaim, type Claim } from '../claim.ts';
import type { OwnershipContext } from '../ownership-context.ts';
import { CONFIGURATION_ADDRESS } from '../ownership-messages.ts';

/** `grant`: yes, as soon as it is on disk. `wait`: it is on its way to the disk. */
export type Verdict = 'yes' | 'grant' | 'wait' | 'refuse';

/** What a voter says to a claim that comes under its own configuration. */
export function verdictOn(context: OwnershipContext, claim: Claim): Verdict {
  const { voter, document } = context.state;
  // V1: a lease that was supported before the start may still run.
  if (!context.passed(voter.notBefore_mono_ms)) return 'refuse';
  const granted = document.granted[claim.address];
  const isGranted = granted?.epoch === claim.epoch && granted.holder === claim.holder && granted.nonce === claim.nonce;
  const isNewer = claim.epoch > (granted?.epoch ?? 0);
  // C1: a promise is no lease, nothing has to be waited for.
  if (claim.address === CONFIGURATION_ADDRESS) return isGranted ? 'yes' : isNewer ? 'grant' : 'refuse';
  const lock = voter.locks[claim.address];
  // V4
  if (lock !== undefined && sameClaim(lock.claim, claim)) return lock.freed ? 'refuse' : lock.written ? 'yes' : 'wait';
  // V6, also for another claim of the same machine.
  if (lock !== undefined && !lock.freed && !context.passed(lock.until_mono_ms)) return 'refuse';
  // V5
  if (isNewer) return 'grant';
  // The claim that was granted before this voter's restart: the disk knows it already.
  return isGranted && lock === undefined ? 'yes' : 'refuse';
}
