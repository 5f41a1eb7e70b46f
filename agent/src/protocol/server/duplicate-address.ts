import { logLines } from '../log-lines.ts';
import type { Outcome } from '../events.ts';
import type { Custody } from './custody.ts';
import { custodyRequest } from './custody-request.ts';
import type { Work } from './work.ts';

/** A machine of the same network answers an ARP probe in a few milliseconds. Silence proves nothing, so it is not waited for longer. */
const ANSWER_MS = 100;
/** While somebody else answers and the voters have not said yes: he may be the ring's holder, who gives the address up. */
const AGAIN_MS = 250;

/**
 * Before an address is set, the service network is asked who answers for it. The voters know the ring's holders; they know nothing of a machine outside of
 * the ring, and one that goes on without a majority (`dbss_no_quorum: keep`) may be out of their reach.
 */
export function askWhoHas(work: Work, address: string, custody: Custody): void {
  custody.question = 'open';
  custody.askedWithLease = custody.leased && !custody.alone;
  work.emit({ kind: 'ask-who-has', request: custodyRequest('who-has', address, custody), address, limit_ms: ANSWER_MS });
}

/** The `who-has:<address>` timer: somebody answered. */
export function askWhoHasAgain(work: Work, address: string): void {
  const custody = work.state.custody[address];
  if (custody?.phase === 'acquiring' && custody.question === 'again') askWhoHas(work, address, custody);
}

/**
 * What came of the question. That it cannot be asked keeps nobody from serving: the voters exclude the ring's machines without it.
 *
 * @returns `set` the address, wait for what the question that was asked `again` brings, or `refuse`: the voters name nobody else as its holder, and
 *   all the same the machine `other` answers for it
 */
export function heedAnswer(
  work: Work,
  address: string,
  custody: Custody,
  outcome: Outcome,
): { readonly verdict: 'set' | 'again' } | { readonly verdict: 'refuse'; readonly other: string } {
  custody.question = undefined;
  if (outcome.kind !== 'failed') return { verdict: 'set' };
  const { held_by: other, reason } = outcome;
  if (other === undefined) {
    work.log(logLines.effectFailed(`Asking who has ${address}`, reason));
    return { verdict: 'set' };
  }
  if (work.configuration.ownership?.duplicate_address === 'take') {
    work.log(logLines.addressAnswered(address, other));
    return { verdict: 'set' };
  }
  // A holder of the ring whose lease ends answers for the last time before the next one's begins.
  if (custody.askedWithLease) return { verdict: 'refuse', other };
  if (custody.leased && !custody.alone) {
    askWhoHas(work, address, custody);
  } else {
    custody.question = 'again';
    work.emit({ kind: 'set-timer', timer: `who-has:${address}`, after_ms: AGAIN_MS });
  }
  return { verdict: 'again' };
}
