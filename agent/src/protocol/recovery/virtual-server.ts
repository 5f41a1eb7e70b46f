import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import { parseProblem, virtualServerName } from '../management-files/problem.ts';
import { ringServer } from '../ring/services-of.ts';
import type { Answer } from '../sem/messages.ts';

/** Resetting the standby restores a memory image and rehearses it; this many creation times are enough for that. */
const RESET_CREATION_TIMES = 8;

/** A5 on the chosen host: resume the suspended standby and make it the backup server of `target` (§3.1, Fig. 6). */
export function createVirtualServer(context: Context, call: string, target: string): void {
  const { virtualServer, configuration } = context.state;
  if (virtualServer.state !== 'suspended') {
    context.answer(call, { kind: 'refused', reason: `the standby is ${virtualServer.state}` });
    return;
  }
  Object.assign(virtualServer, { state: 'creating', target, call });
  const request = context.request({ for: 'standby', work: 'resume' });
  context.emit({ kind: 'resume-standby', request, timeout_ms: configuration.timing.virtual_server_creation_ms });
}

/** Set the target's virtual IP address on the virtual server that was created here. */
export function setVirtualAddress(context: Context, call: string, target: string): void {
  const address = dataOf(context.state.files, target)?.virtualIp;
  if (address === undefined || !isVirtualServerOf(context, target)) {
    context.answer(call, { kind: 'refused', reason: `no virtual server of ${target} here` });
    return;
  }
  context.state.virtualServer.call = call;
  context.emit({ kind: 'add-virtual-server-address', request: context.request({ for: 'standby', work: 'add-address' }), ...addressWork(context, address) });
}

export function releaseVirtualAddress(context: Context, call: string, target: string): void {
  const address = dataOf(context.state.files, target)?.virtualIp;
  if (address === undefined || !isVirtualServerOf(context, target)) {
    context.answer(call, { kind: 'done' });
    return;
  }
  context.state.virtualServer.call = call;
  const request = context.request({ for: 'standby', work: 'remove-address' });
  context.emit({ kind: 'remove-virtual-server-address', request, ...addressWork(context, address) });
}

/** The virtual server of `target` is no longer needed: its standby is suspended again (§4.2). */
export function discardVirtualServer(context: Context, call: string, target: string): void {
  context.answer(call, { kind: 'done' });
  const { virtualServer } = context.state;
  if (virtualServer.target !== target) return;
  context.log(logLines.virtualServerDiscarded(virtualServerName(target)));
  resetStandby(context);
}

export function resetStandby(context: Context): void {
  const { virtualServer, configuration } = context.state;
  Object.assign(virtualServer, { state: 'resetting', target: undefined, call: undefined });
  const request = context.request({ for: 'standby', work: 'reset' });
  context.emit({ kind: 'reset-standby', request, timeout_ms: configuration.timing.virtual_server_creation_ms * RESET_CREATION_TIMES });
}

/** The agent starts and finds its standby running: with a problem record it serves a target, without one it is left over. */
export function adoptRunningStandby(context: Context): void {
  const record = parseProblem(context.state.files?.problem ?? '').find((known) => known.host === context.self);
  if (record === undefined) resetStandby(context);
  else Object.assign(context.state.virtualServer, { state: 'serving', target: record.target, call: undefined });
}

export function standbyWorkDone(
  context: Context,
  work: 'resume' | 'install' | 'add-address' | 'remove-address' | 'reset',
  outcome: Outcome,
): void {
  if (outcome.kind !== 'done' && outcome.kind !== 'failed') return;
  const { virtualServer } = context.state;
  switch (work) {
    case 'resume':
    case 'install':
      creationStepDone(context, work, outcome);
      return;
    case 'add-address':
      if (outcome.kind === 'done') virtualServer.state = 'serving';
      answerCall(context, outcome.kind === 'done' ? { kind: 'address-set', address_ms: outcome.elapsed_ms } : refused(outcome.reason));
      return;
    case 'remove-address':
      if (outcome.kind === 'done' && virtualServer.state === 'serving') virtualServer.state = 'created';
      answerCall(context, outcome.kind === 'done' ? { kind: 'done' } : refused(outcome.reason));
      return;
    case 'reset':
      if (outcome.kind === 'done') {
        virtualServer.state = 'suspended';
        context.log(logLines.standbySuspended());
      } else {
        virtualServer.state = 'absent';
        context.log(logLines.standbyFailed(outcome.reason));
        context.setTimer('standby', context.state.configuration.timing.restart_wait_ms);
      }
  }
}

function creationStepDone(context: Context, work: 'resume' | 'install', outcome: Outcome & { kind: 'done' | 'failed' }): void {
  const { virtualServer, configuration } = context.state;
  const { target } = virtualServer;
  if (virtualServer.state !== 'creating' || target === undefined) return;
  if (outcome.kind === 'failed') {
    answerCall(context, refused(outcome.reason));
    resetStandby(context);
    return;
  }
  if (work === 'resume') {
    virtualServer.resume_ms = outcome.elapsed_ms;
    context.emit({
      kind: 'install-procedure',
      request: context.request({ for: 'standby', work: 'install' }),
      target,
      ...addressWork(context, ringServer(configuration, context.self)?.virtualServerAddress ?? ''),
    });
    return;
  }
  virtualServer.state = 'created';
  const times = { resume_ms: virtualServer.resume_ms, installation_ms: outcome.elapsed_ms };
  context.log(logLines.virtualServerActive(virtualServerName(target), times.resume_ms, times.installation_ms));
  answerCall(context, { kind: 'created', times });
}

function addressWork(context: Context, address: string): { address: string; prefix_length: number; timeout_ms: number } {
  const { service_prefix_length, timing } = context.state.configuration;
  return { address, prefix_length: service_prefix_length, timeout_ms: timing.virtual_server_creation_ms };
}

function isVirtualServerOf(context: Context, target: string): boolean {
  const { virtualServer } = context.state;
  return virtualServer.target === target && (virtualServer.state === 'created' || virtualServer.state === 'serving');
}

function answerCall(context: Context, answer: Answer): void {
  const { virtualServer } = context.state;
  if (virtualServer.call !== undefined) context.answer(virtualServer.call, answer);
  virtualServer.call = undefined;
}

function refused(reason: string): Answer {
  return { kind: 'refused', reason };
}
