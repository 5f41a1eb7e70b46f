import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { logLines } from '../log-lines.ts';
import { parseProblem, virtualServerName } from '../management-files/problem.ts';
import { refused } from '../sem/refused.ts';

/** Resetting the standby restores a memory image and rehearses it; this many creation times are enough for that. */
const RESET_CREATION_TIMES = 8;
/** A virtual server that the problem file does not know for so many intervals is needed by nobody. */
const UNNEEDED_INTERVALS = 3;

/** Standby back to its pristine state, whatever it is doing (§4.2, Fig. 11). */
export function resetStandby(context: Context): void {
  const { virtualServer, configuration } = context.state;
  for (const call of [...virtualServer.creationCalls, ...virtualServer.addressCalls])
    context.answer(call, refused('the virtual server was discarded'));
  Object.assign(virtualServer, {
    state: 'resetting',
    target: undefined,
    creationCalls: [],
    addressCalls: [],
    releaseCalls: [],
    // With the reset the address is gone for certain: it answers who waits for that.
    resetCalls: [...virtualServer.resetCalls, ...virtualServer.releaseCalls],
    serial: context.serial(),
    unneeded_since_mono_ms: undefined,
  });
  const request = context.request({ for: 'standby', work: 'reset', serial: virtualServer.serial });
  context.emit({ kind: 'reset-standby', request, timeout_ms: configuration.timing.virtual_server_creation_ms * RESET_CREATION_TIMES });
}

/**
 * This machine goes down, and a virtual server with it: it is left to another host. Whoever waits for it hears so at once, and the address that it has is free before
 * the other one takes it.
 */
export function leaveVirtualServer(context: Context): void {
  const { state, target } = context.state.virtualServer;
  if (target === undefined || state === 'resetting') return;
  context.log(logLines.virtualServerDiscarded(virtualServerName(target)));
  resetStandby(context);
}

/** The operator's reset: only of a standby that serves nobody. */
export function resetStandbyForOperator(context: Context): void {
  const { state } = context.state.virtualServer;
  if (state === 'suspended' || state === 'absent') resetStandby(context);
  else context.log(logLines.effectFailed('Reset of the standby', `it is ${state}`));
}

/**
 * The emulator ended by itself. While the standby is being made or made use of, that work fails and tells why; a virtual server is watched by
 * its manager. Only after a suspended standby nobody looks until it is needed.
 */
export function emulatorEnded(context: Context): void {
  if (context.state.virtualServer.state !== 'suspended') return;
  context.log(logLines.standbyLost());
  resetStandby(context);
}

export function resetDone(context: Context, outcome: Outcome & { kind: 'done' | 'failed' }): void {
  const { virtualServer } = context.state;
  for (const call of virtualServer.resetCalls) context.answer(call, outcome.kind === 'done' ? { kind: 'done' } : refused(outcome.reason));
  virtualServer.resetCalls = [];
  if (outcome.kind === 'done') {
    virtualServer.state = 'suspended';
    context.log(logLines.standbySuspended());
  } else {
    virtualServer.state = 'absent';
    context.log(logLines.standbyFailed(outcome.reason));
    context.setTimer('standby', context.state.configuration.timing.restart_wait_ms);
  }
}

/**
 * The agent starts, and what it finds is not a suspended standby. With a problem record it serves a target, also when the hypervisor could not tell in
 * time: to reset a virtual server that serves would do harm, to believe in one that is gone does none that is not done. Without one it is left over.
 */
export function adoptStandby(context: Context): void {
  if (context.state.virtualServer.state === 'suspended') return;
  const record = parseProblem(context.state.files?.problem ?? '').find((known) => known.host === context.self);
  if (record === undefined) resetStandby(context);
  else Object.assign(context.state.virtualServer, { state: 'serving', target: record.target });
}

/**
 * The records have changed: the problem file may name another host for the target of this virtual server. Whoever took its recovery over tells only the host that
 * it knows of. A host that has just been asked may hear of an older one first: it waits a moment before it believes it.
 */
export function lookWhetherSuperseded(context: Context): void {
  if (hostInstead(context) !== undefined) context.setTimer('superseded', context.state.configuration.timing.answer_ms * 2);
}

/** The `superseded` timer. */
export function discardSuperseded(context: Context): void {
  const { target } = context.state.virtualServer;
  const host = hostInstead(context);
  if (target === undefined || host === undefined) return;
  context.log(logLines.virtualServerSuperseded(virtualServerName(target), host));
  resetStandby(context);
}

/** The other server that the problem file names as the host of this virtual server. */
function hostInstead(context: Context): string | undefined {
  const { virtualServer, files } = context.state;
  if (virtualServer.state !== 'created' && virtualServer.state !== 'serving') return undefined;
  const record = parseProblem(files?.problem ?? '').find(({ target }) => target === virtualServer.target);
  return record === undefined || record.host === context.self ? undefined : record.host;
}

/**
 * Each interval: a virtual server that stands in no record of the problem file was discarded by a word that did not arrive here, or its recovery went
 * on with another host.
 */
export function discardUnneededVirtualServer(context: Context): void {
  const { virtualServer, files, configuration } = context.state;
  const { state, target } = virtualServer;
  const needed = parseProblem(files?.problem ?? '').some((record) => record.host === context.self && record.target === target);
  if ((state !== 'created' && state !== 'serving') || target === undefined || needed) {
    virtualServer.unneeded_since_mono_ms = undefined;
    return;
  }
  virtualServer.unneeded_since_mono_ms ??= context.now.mono_ms;
  if (context.now.mono_ms - virtualServer.unneeded_since_mono_ms < configuration.timing.interval_ms * UNNEEDED_INTERVALS) return;
  context.log(logLines.virtualServerUnneeded(virtualServerName(target)));
  resetStandby(context);
}
