import { type AddEffect, type Custody, newCustody, type RemoveEffect, whereOf } from './custody.ts';
import { custodyRequest } from './custody-request.ts';
import { announce, release, removeForGood } from './custody-work.ts';
import type { Where } from './server-effects.ts';
import type { Work } from './work.ts';

/** The ring wants an address: close the kernel's filter, set it behind that, ask the voters, and answer when it is held. */
export function holdAddress(work: Work, effect: AddEffect): void {
  const { address } = effect;
  const custody = work.state.custody[address];
  if (custody === undefined) {
    const begun = beginCustody(work, address, whereOf(effect));
    begun.waiting.push(effect.request);
    if (begun.where === 'tap') work.emit({ kind: 'set-timer', timer: `custody:${address}`, after_ms: deadHolder_ms(work) });
  } else if (custody.phase === 'releasing') {
    custody.anew.push(effect);
  } else if (custody.where !== whereOf(effect)) {
    work.fail(effect.request, `${address} is held here already, ${custody.where === 'tap' ? 'by the virtual server' : 'by the server'}`);
  } else if (custody.phase === 'held' && custody.leased) {
    announce(work, address, custody);
    work.settle(effect.request, { kind: 'done', elapsed_ms: 0 });
  } else {
    custody.waiting.push(effect.request);
  }
}

/** From now on this machine does what it takes to hold the address. */
export function beginCustody(work: Work, address: string, where: Where): Custody {
  const custody = newCustody(where, work.state.nextSerial, work.now.mono_ms);
  work.state.nextSerial += 1;
  work.state.custody[address] = custody;
  work.emit({ kind: 'protect-address', request: custodyRequest('protect', address, custody), address, where });
  return custody;
}

/** The ring gives an address up: it is removed when nothing of it passes any more. */
export function giveUpAddress(work: Work, effect: RemoveEffect): void {
  const custody = work.state.custody[effect.address];
  if (custody === undefined) {
    work.emit(effect);
    return;
  }
  custody.removals.push(effect);
  release(work, effect.address, custody, 'it was given up');
}

/** The virtual server is thrown away, and with it whatever stood behind its tap. */
export function giveUpVirtualServer(work: Work): void {
  for (const [address, custody] of Object.entries(work.state.custody)) {
    if (custody.where === 'tap') release(work, address, custody, 'the virtual server was discarded');
  }
}

/**
 * The `custody:<address>` timer: the virtual server did not get its address in the time in which a dead holder's lease ends. With a living holder its
 * manager has to do something; without a majority it waits for as long as the manager does.
 */
export function acquisitionLate(work: Work, address: string): void {
  const custody = work.state.custody[address];
  if (custody === undefined || custody.waiting.length === 0 || custody.phase === 'held' || custody.phase === 'releasing') return;
  const left_ms = custody.since_mono_ms + work.configuration.timing.virtual_server_creation_ms - work.now.mono_ms;
  if (custody.refusedBy !== undefined) release(work, address, custody, `${custody.refusedBy} holds it`);
  else if (left_ms <= 0) release(work, address, custody, 'no majority of the voters says yes');
  else work.emit({ kind: 'set-timer', timer: `custody:${address}`, after_ms: Math.min(left_ms, deadHolder_ms(work)) });
}

/** In this time the lease of a holder that has died is over, and the voters were asked several times. */
function deadHolder_ms({ configuration }: Work): number {
  return DEAD_HOLDER_LEASES * (configuration.ownership?.lease.lease_ms ?? 0);
}

const DEAD_HOLDER_LEASES = 4;

/** Nothing of the address passes any more, and the voters were told. */
export function addressGivenUp(work: Work, address: string, custody: Custody): void {
  if (custody.phase !== 'releasing') return;
  removeForGood(work, address, custody);
  for (const effect of custody.anew) holdAddress(work, effect);
}
