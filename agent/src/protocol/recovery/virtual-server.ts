import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { GOES_DOWN, isAboutToRestart } from '../executor/machine-restart-state.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import { virtualServerName } from '../management-files/problem.ts';
import { procedureLines } from '../procedure/procedure-lines.ts';
import { procedureApplied } from '../procedure/procedures.ts';
import type { Purpose, StandbyWork } from '../purpose.ts';
import { ringServer } from '../ring/services-of.ts';
import type { Answer, CreationTimes } from '../sem/messages.ts';
import { refused } from '../sem/refused.ts';
import { resetDone, resetStandby } from './standby-reset.ts';

type WorkOutcome = Outcome & { kind: 'done' | 'failed' };

/**
 * A5 on the chosen host: resume the suspended standby and make it the backup server of `target` (§3.1, Fig. 6). Its manager may ask early, while it
 * reexamines the target, and again when it knows, and two managers may ask: they are answered by the same creation.
 */
export function createVirtualServer(context: Context, call: string, target: string): void {
  const { virtualServer, configuration } = context.state;
  if (virtualServer.target === target && virtualServer.state === 'creating') {
    virtualServer.creationCalls.push(call);
    return;
  }
  if (isVirtualServerOf(context, target)) {
    context.answer(call, { kind: 'created', times: creationTimes(context) });
    return;
  }
  if (isAboutToRestart(context.state)) {
    context.answer(call, refused(GOES_DOWN));
    return;
  }
  if (virtualServer.state !== 'suspended') {
    context.answer(call, refused(`the standby is ${virtualServer.state}`));
    return;
  }
  Object.assign(virtualServer, { state: 'creating', target, creationCalls: [call], creationStarted_mono_ms: context.now.mono_ms });
  const timeout_ms = configuration.timing.virtual_server_creation_ms;
  context.emit({ kind: 'resume-standby', request: standbyRequest(context, 'resume'), timeout_ms });
}

/** Set the target's virtual IP address on the virtual server that was created here. Asked again meanwhile, the same work answers. */
export function setVirtualAddress(context: Context, call: string, target: string): void {
  const address = dataOf(context.state.files, target)?.virtualIp;
  if (address === undefined || !isVirtualServerOf(context, target)) {
    context.answer(call, refused(`no virtual server of ${target} here`));
    return;
  }
  const { virtualServer } = context.state;
  virtualServer.addressCalls.push(call);
  if (virtualServer.addressCalls.length > 1) return;
  const request = standbyRequest(context, 'add-address');
  context.emit({ kind: 'add-virtual-server-address', request, ...addressWork(context, address) });
}

/**
 * Answered when the virtual server does not have the address any more, in whatever way it lost it. On a slow host its manager asks again before that: the
 * same removal answers.
 */
export function releaseVirtualAddress(context: Context, call: string, target: string): void {
  const { virtualServer } = context.state;
  if (virtualServer.state === 'resetting') {
    virtualServer.resetCalls.push(call);
    return;
  }
  const address = dataOf(context.state.files, target)?.virtualIp;
  if (address === undefined || !isVirtualServerOf(context, target)) {
    context.answer(call, { kind: 'done' });
    return;
  }
  virtualServer.releaseCalls.push(call);
  if (virtualServer.releaseCalls.length > 1) return;
  const request = standbyRequest(context, 'remove-address');
  context.emit({ kind: 'remove-virtual-server-address', request, ...addressWork(context, address) });
}

/** The virtual server of `target` is no longer needed: its standby is suspended again (§4.2). */
export function discardVirtualServer(context: Context, call: string, target: string): void {
  context.answer(call, { kind: 'done' });
  if (context.state.virtualServer.target !== target) return;
  context.log(logLines.virtualServerDiscarded(virtualServerName(target)));
  resetStandby(context);
}

/** Work on the standby ended; that on an earlier life of it says nothing. */
export function standbyWorkDone(context: Context, purpose: Purpose & { for: 'standby' }, outcome: Outcome): void {
  if (outcome.kind !== 'done' && outcome.kind !== 'failed') return;
  const { virtualServer } = context.state;
  const { work } = purpose;
  const current = virtualServer.serial === purpose.serial;
  switch (work) {
    case 'resume':
    case 'install':
      if (current) creationStepDone(context, work, outcome);
      return;
    case 'add-address':
      if (current) additionEnded(context, outcome);
      return;
    case 'remove-address':
      if (current) removalEnded(context, outcome);
      return;
    case 'reset':
      if (current) resetDone(context, outcome);
  }
}

function removalEnded(context: Context, outcome: WorkOutcome): void {
  const { virtualServer } = context.state;
  if (outcome.kind === 'done') virtualServer.state = 'created';
  for (const call of virtualServer.releaseCalls) context.answer(call, outcome.kind === 'done' ? { kind: 'done' } : refused(outcome.reason));
  virtualServer.releaseCalls = [];
}

function additionEnded(context: Context, outcome: WorkOutcome): void {
  const { virtualServer } = context.state;
  if (outcome.kind === 'done') virtualServer.state = 'serving';
  for (const call of virtualServer.addressCalls) context.answer(call, addressAnswer(outcome));
  virtualServer.addressCalls = [];
}

function addressAnswer(outcome: WorkOutcome): Answer {
  if (outcome.kind === 'done') return { kind: 'address-set', address_ms: outcome.elapsed_ms };
  return outcome.held_by === undefined ? refused(outcome.reason) : { kind: 'address-held', holder: outcome.held_by };
}

function creationStepDone(context: Context, work: 'resume' | 'install', outcome: WorkOutcome): void {
  const { virtualServer } = context.state;
  const { target } = virtualServer;
  if (virtualServer.state !== 'creating' || target === undefined) return;
  if (outcome.kind === 'failed') {
    if (work === 'install') procedureApplied(context, target, [procedureLines.notApplied(target, outcome.reason)]);
    creationEnded(context, refused(outcome.reason));
    resetStandby(context);
    return;
  }
  if (work === 'resume') {
    virtualServer.resume_ms = outcome.elapsed_ms;
    installProcedure(context, target);
    return;
  }
  procedureApplied(context, target, outcome.notes ?? []);
  virtualServer.state = 'created';
  virtualServer.installation_ms = outcome.elapsed_ms;
  const times = creationTimes(context);
  context.log(logLines.virtualServerActive(virtualServerName(target), times.resume_ms, times.installation_ms));
  creationEnded(context, { kind: 'created', times });
}

/** The installation gets what the resume has left of the time for the creation: the one who asked does not wait longer. */
function installProcedure(context: Context, target: string): void {
  const { virtualServer, configuration } = context.state;
  const work = addressWork(context, ringServer(configuration, context.self)?.virtualServerAddress ?? '');
  const timeout_ms = Math.max(1, work.timeout_ms - (context.now.mono_ms - virtualServer.creationStarted_mono_ms));
  context.emit({ kind: 'install-procedure', request: standbyRequest(context, 'install'), target, ...work, timeout_ms });
}

function creationTimes(context: Context): CreationTimes {
  const { resume_ms, installation_ms } = context.state.virtualServer;
  return { resume_ms, installation_ms };
}

function creationEnded(context: Context, given: Parameters<Context['answer']>[1]): void {
  for (const call of context.state.virtualServer.creationCalls) context.answer(call, given);
  context.state.virtualServer.creationCalls = [];
}

function standbyRequest(context: Context, work: StandbyWork): string {
  return context.request({ for: 'standby', work, serial: context.state.virtualServer.serial });
}

function addressWork(context: Context, address: string): { address: string; prefix_length: number; timeout_ms: number } {
  const { service_prefix_length, timing } = context.state.configuration;
  return { address, prefix_length: service_prefix_length, timeout_ms: timing.virtual_server_creation_ms };
}

function isVirtualServerOf(context: Context, target: string): boolean {
  const { virtualServer } = context.state;
  return virtualServer.target === target && (virtualServer.state === 'created' || virtualServer.state === 'serving');
}
