import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import type { Outcome } from '../events.ts';
import type { Purpose } from '../purpose.ts';
import { isMember } from '../sem/members.ts';
import { refused } from '../sem/refused.ts';

/** Set this server's own virtual IP address. `call` is answered when it is set. */
export function takeOwnAddress(context: Context, address: string, call: string | undefined): void {
  if (context.state.ownAddress.address !== address) context.state.ownAddress = { held: false, wanted: true, address, problem: undefined };
  context.state.ownAddress.wanted = true;
  const request = context.request({ for: 'own-address', address, held: true, call });
  context.emit({ kind: 'add-address', request, address, prefix_length: context.state.configuration.service_prefix_length });
}

/**
 * The end of a return that did not come to its end: who has the address meanwhile is known to nobody. Where the voters are asked, they know.
 */
export function takeOwnAddressUnlessHeld(context: Context, address: string, call: string): void {
  const { ownAddress, configuration } = context.state;
  if (configuration.quorum === 'majority' || (ownAddress.held && ownAddress.address === address)) {
    takeOwnAddress(context, address, call);
    return;
  }
  const request = context.request({ for: 'own-address-probe', address, call });
  context.emit({ kind: 'ping', request, address, timeout_ms: configuration.timing.network_examination_ms });
}

export function ownAddressExamined(context: Context, { address, call }: Purpose & { for: 'own-address-probe' }, answers: boolean): void {
  if (!answers) {
    takeOwnAddress(context, address, call);
    return;
  }
  context.log(logLines.ownAddressTaken(address));
  context.answer(call, refused(`somebody answers at ${address}`));
}

/** Give this server's own virtual IP address up. `call` is answered when it is gone. */
export function releaseOwnAddress(context: Context, call: string | undefined): void {
  context.state.ownAddress.wanted = false;
  context.state.ownAddress.problem = undefined;
  const address = context.state.ownAddress.address ?? ownVirtualIp(context);
  if (address === undefined) {
    if (call !== undefined) context.answer(call, { kind: 'done' });
    return;
  }
  const request = context.request({ for: 'own-address', address, held: false, call });
  context.emit({ kind: 'remove-address', request, address });
}

/** A member of the group that has just got its management files serves its clients from now on (§2.1). */
export function takeOwnAddressOfMember(context: Context): void {
  const member = isMember(context, context.self);
  const address = ownVirtualIp(context);
  const { ownAddress } = context.state;
  if (!member || address === undefined || (ownAddress.held && ownAddress.address === address)) return;
  // The new files may give this server another address than the old ones.
  if (ownAddress.held) releaseOwnAddress(context, undefined);
  takeOwnAddress(context, address, undefined);
}

export function ownAddressChanged(context: Context, change: Purpose & { for: 'own-address' }, outcome: Outcome): void {
  const { address: vip, held, call } = change;
  const { ownAddress } = context.state;
  if (outcome.kind === 'failed') {
    const isTold = held && call === undefined && ownAddress.problem === outcome.reason;
    if (!isTold) context.log(logLines.ownAddressFailed(vip, outcome.reason));
    if (held && ownAddress.wanted && ownAddress.address === vip) notSet(context, outcome.reason);
    if (call !== undefined) context.answer(call, refused(outcome.reason));
    return;
  }
  if (ownAddress.address === vip) ownAddress.problem = undefined;
  // Of another address than the present one only the removal is news.
  const present = ownAddress.address === vip;
  if (present ? ownAddress.held !== held : !held) context.log(held ? logLines.ownAddressSet(vip) : logLines.ownAddressReleased(vip));
  if (present) ownAddress.held = held;
  if (call !== undefined) context.answer(call, { kind: 'done' });
}

/** The `own-address` timer: it could not be set an interval ago. */
export function takeOwnAddressAgain(context: Context): void {
  const { ownAddress } = context.state;
  if (ownAddress.wanted && !ownAddress.held && ownAddress.address === ownVirtualIp(context) && isMember(context, context.self)) {
    takeOwnAddressOfMember(context);
    return;
  }
  // It is not a member's any more, or not its address: whoever wants it to have one orders it.
  ownAddress.wanted = ownAddress.held;
  ownAddress.problem = undefined;
}

/**
 * A member serves nobody without its address, and its manager may know of nothing to be done about it: it tries again. Where no voter is asked it leaves
 * that to its manager, for somebody else may have been given the address meanwhile.
 */
function notSet(context: Context, reason: string): void {
  const { ownAddress, configuration } = context.state;
  if (configuration.quorum !== 'majority') return;
  ownAddress.problem = reason;
  context.setTimer('own-address', configuration.timing.interval_ms);
}

function ownVirtualIp(context: Context): string | undefined {
  return dataOf(context.state.files, context.self)?.virtualIp;
}
