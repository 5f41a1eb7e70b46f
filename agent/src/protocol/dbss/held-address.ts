import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { logLines } from '../log-lines.ts';
import { dbssRequest } from './ask.ts';
import type { DbssState } from './dbss-state.ts';
import { askSetAddress, discardVirtualServer } from './host-requests.ts';

/**
 * The virtual server is there, and the voters say that another machine goes on holding the address: it is not dead. Nothing is taken from it. It is
 * asked once more over SEM, each time, to give the address up, is switched off where it has a fencing device, and the host asks on. Wake-on-LAN and a
 * restart that was only asked for prove nothing.
 */
export function addressHeld(context: Context, dbss: DbssState, holder: string): void {
  // The target is back already: it needs its address, not a virtual server.
  if (dbss.job?.report === 'up.file' && holder === dbss.target) {
    if (dbss.host !== undefined) discardVirtualServer(context, dbss, dbss.host);
    dbss.host = undefined;
    dbss.phase = 'waiting';
    return;
  }
  dbss.heldAddress.times += 1;
  if (dbss.heldAddress.times === 1) context.log(logLines.addressHeld(dbss.name, holder));
  askToGiveUp(context, dbss, holder);
  if (dbss.heldAddress.times > 1 && !dbss.heldAddress.fenced && dbss.problem !== undefined && holder === dbss.target) {
    dbss.heldAddress.fenced = true;
    context.log(logLines.fencing(dbss.name, holder));
    context.emit({ kind: 'fence', request: dbssRequest(context, dbss, 'fence', holder), server: holder });
    return;
  }
  askSetAddress(context, dbss);
}

/** Each time: it may be out of reach now, and hear it later. */
function askToGiveUp(context: Context, dbss: DbssState, holder: string): void {
  const message =
    holder === dbss.target
      ? ({ kind: 'release-own-address' } as const)
      : ({ kind: 'discard-virtual-server', target: dbss.target } as const);
  context.call(holder, message, context.state.configuration.timing.answer_ms, { for: 'nothing' });
}

/** Off for certain, or not: the host asks the voters again in either case. */
export function fenceSettled(context: Context, dbss: DbssState, server: string, outcome: Outcome): void {
  if (outcome.kind === 'done') context.log(logLines.fenced(dbss.name, server));
  else if (outcome.kind === 'failed') context.log(logLines.notFenced(dbss.name, server, outcome.reason));
  if (dbss.phase === 'addressing') askSetAddress(context, dbss);
}
