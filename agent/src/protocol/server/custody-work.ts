import { logLines } from '../log-lines.ts';
import type { Outcome } from '../events.ts';
import { plain } from '../plain.ts';
import type { Custody } from './custody.ts';
import { type CustodyRequest, custodyRequest } from './custody-request.ts';
import { askWhoHas, heedAnswer } from './duplicate-address.ts';
import type { Work } from './work.ts';

/** The result of what a custody asked for. One of an earlier custody of the address changes nothing. */
export function custodySettled(work: Work, request: string, outcome: Outcome): void {
  const [, what, serial, address = ''] = request.split(':');
  const custody = work.state.custody[address];
  if (custody?.serial !== Number(serial)) return;
  const failure = outcome.kind === 'failed' ? outcome.reason : undefined;
  switch (what as CustodyRequest) {
    case 'protect':
      addressProtected(work, address, custody, failure);
      return;
    case 'who-has':
      networkAnswered(work, address, custody, outcome);
      return;
    case 'set':
      addressSet(work, address, custody, failure);
      return;
    case 'announce':
      if (failure !== undefined) work.log(logLines.effectFailed(`Announcing ${address}`, failure));
  }
}

/** The filter is closed: ask the voters and, before the address is set behind it, the network. */
function addressProtected(work: Work, address: string, custody: Custody, failure: string | undefined): void {
  if (failure !== undefined) {
    work.log(logLines.effectFailed(`Closing the filter for ${address}`, failure));
    if (custody.phase === 'protecting') release(work, address, custody, failure);
    return;
  }
  if (custody.phase !== 'protecting') return;
  custody.phase = 'acquiring';
  work.toOwnership({ kind: 'hold', address });
  // One that stood there before the agent started is not asked for: it stays.
  if (custody.configured) setAddress(work, address, custody, 'set');
  else askWhoHas(work, address, custody);
}

function networkAnswered(work: Work, address: string, custody: Custody, outcome: Outcome): void {
  if (custody.phase !== 'acquiring') return;
  const answer = heedAnswer(work, address, custody, outcome);
  if (answer.verdict === 'set') setAddress(work, address, custody, 'set');
  else if (answer.verdict === 'refuse') release(work, address, custody, `machine ${answer.other} answers for it on the service network`);
}

function addressSet(work: Work, address: string, custody: Custody, failure: string | undefined): void {
  if (custody.phase !== 'acquiring') return;
  if (failure !== undefined) {
    release(work, address, custody, failure);
    return;
  }
  custody.configured = true;
  // What was said of it before the lease began was heard by nobody.
  if (custody.leased) held(work, address, custody);
}

/** The voters said yes. */
export function leaseBegan(work: Work, address: string, custody: Custody): void {
  custody.leased = true;
  custody.alone = false;
  custody.refusedBy = undefined;
  custody.toldHolders = [];
  if (custody.phase === 'acquiring' && custody.question === 'again') {
    work.emit({ kind: 'cancel-timer', timer: `who-has:${address}` });
    askWhoHas(work, address, custody);
  }
  if (!custody.configured || custody.phase === 'releasing') return;
  announce(work, address, custody);
  held(work, address, custody);
}

function held(work: Work, address: string, custody: Custody): void {
  custody.phase = 'held';
  if (custody.where === 'tap') work.emit({ kind: 'note-in-guest', address });
  const elapsed_ms = work.now.mono_ms - custody.since_mono_ms;
  for (const request of custody.waiting.splice(0)) work.settle(request, { kind: 'done', elapsed_ms });
}

/** Tell the neighbours of an address that is set and has a lease. */
export function announce(work: Work, address: string, custody: Custody): void {
  setAddress(work, address, custody, 'announce');
}

function setAddress(work: Work, address: string, custody: Custody, what: 'set' | 'announce'): void {
  const { service_prefix_length: prefix_length, timing } = work.configuration;
  const request = custodyRequest(what, address, custody);
  if (custody.where === 'machine') work.emit({ kind: 'add-address', request, address, prefix_length });
  else work.emit({ kind: 'add-virtual-server-address', request, address, prefix_length, timeout_ms: timing.virtual_server_creation_ms });
}

/** Give an address up, whatever was done for it so far. */
export function release(work: Work, address: string, custody: Custody, reason: string): void {
  for (const request of custody.waiting.splice(0)) work.fail(request, reason, custody.refusedBy);
  for (const effect of custody.anew.splice(0)) work.fail(effect.request, reason);
  if (custody.phase === 'releasing') return;
  if (custody.phase === 'protecting') {
    removeForGood(work, address, custody);
    return;
  }
  custody.phase = 'releasing';
  work.toOwnership({ kind: 'give-up', address });
}

/** End a custody: what the ring wanted removed is removed, and the result is the ring's. */
export function removeForGood(work: Work, address: string, custody: Custody): void {
  Reflect.deleteProperty(work.state.custody, address);
  work.emit({ kind: 'cancel-timer', timer: `custody:${address}` });
  work.emit({ kind: 'cancel-timer', timer: `who-has:${address}` });
  for (const effect of plain(custody.removals)) work.emit(effect);
}
