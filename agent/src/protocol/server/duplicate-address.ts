import { logLines } from '../log-lines.ts';
import type { Outcome } from '../events.ts';
import type { Custody } from './custody.ts';
import { custodyRequest } from './custody-request.ts';
import type { Work } from './work.ts';

/** A machine of the same network answers an ARP probe in a few milliseconds. Silence proves nothing, so it is not waited for longer. */
const ANSWER_MS = 100;
/** While somebody else answers: a former holder of the ring whose lease is running out is gone after this or little more. */
const AGAIN_MS = 250;

/**
 * Before an address is set, the service network is asked who answers for it. The voters know the ring's holders; they know nothing of a machine outside of
 * the ring, and one that goes on without a majority (`dbss_no_quorum: keep`) may be out of their reach.
 */
export function askWhoHas(work: Work, address: string, custody: Custody): void {
  work.emit({ kind: 'ask-who-has', request: custodyRequest('who-has', address, custody), address, limit_ms: ANSWER_MS });
}

/** The `who-has:<address>` timer: somebody answered. */
export function askWhoHasAgain(work: Work, address: string): void {
  const custody = work.state.custody[address];
  if (custody?.phase === 'acquiring' && !custody.configured) askWhoHas(work, address, custody);
}

/**
 * What came of the question. That it cannot be asked keeps nobody from serving: the voters exclude the ring's machines without it.
 *
 * @returns whether the address may be set now; otherwise it is asked again
 */
export function mayBeSet(work: Work, address: string, custody: Custody, outcome: Outcome): boolean {
  const other = outcome.kind === 'failed' ? outcome.held_by : undefined;
  if (outcome.kind === 'failed' && other === undefined) work.log(logLines.effectFailed(`Asking who has ${address}`, outcome.reason));
  const takes = work.configuration.ownership?.duplicate_address === 'take';
  if (other !== undefined && other !== custody.answeredBy) work.log(logLines.addressAnswered(address, other, takes));
  custody.answeredBy = other;
  if (other === undefined || takes) return true;
  work.emit({ kind: 'set-timer', timer: `who-has:${address}`, after_ms: AGAIN_MS });
  return false;
}
