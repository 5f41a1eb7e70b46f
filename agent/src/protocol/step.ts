import { produce } from 'immer';
import { handleCall } from './calls.ts';
import { Context, type OwnMessage } from './context.ts';
import { dbssResult, dbssTimer, jobResult, monitorTargets } from './dbss/dbss-events.ts';
import { extendManagement, selectConnections } from './dbss/connection-selection.ts';
import { leaveLostHosts } from './dbss/host-loss.ts';
import { lookAfterCreations } from './dbss/host-selection.ts';
import { askSilentRecoverers, leaveSupersededRecoveries, recovererAnswered, takeUpOrphans } from './dbss/orphaned-recoveries.ts';
import { massFailureEnds } from './dbss/mass-failure.ts';
import { monitorVirtualServers } from './dbss/virtual-server-monitoring.ts';
import type { Effect } from './effects.ts';
import type { Event, Outcome, RequestId } from './events.ts';
import { memoryDiskSeen } from './executor/executor.ts';
import { helloAnswered, sayHello } from './executor/hello.ts';
import { machineRestartOverdue, machineRestartSettled } from './executor/machine-restart.ts';
import { addressExamined, restartAnswered } from './executor/restart-ring.ts';
import { started } from './executor/started.ts';
import { membershipAnswered, stepDownIfSeparated } from './executor/step-down.ts';
import { closeLoadStep, loadMeasured, measureLoad } from './load/load-measurement.ts';
import { logLines } from './log-lines.ts';
import { examinedForOther } from './monitoring/examination-for-others.ts';
import { internalNetworkExamined, internalServiceExamined, startInternalMonitoring } from './monitoring/internal-monitoring.ts';
import type { NodeState } from './node-state.ts';
import { attendRecoveriesOfOthers } from './p2p/second-manager.ts';
import { takeUpForgottenServers } from './recovery/forgotten-servers.ts';
import { ownAddressChanged, ownAddressExamined, takeOwnAddressAgain } from './recovery/own-address.ts';
import {
  discardSuperseded,
  discardUnneededVirtualServer,
  emulatorEnded,
  lookWhetherSuperseded,
  resetStandby,
} from './recovery/standby-reset.ts';
import { standbyWorkDone } from './recovery/virtual-server.ts';
import { exchangeAnswered, exchangeRecords } from './sem/exchange.ts';
import { editSettled, sendFirst } from './sem/outbox.ts';
import { operatorOrdered } from './operator.ts';
import { procedureTimer, procedureWorkDone } from './procedure/procedures.ts';
import { intervalBegun } from './synchronization/synchronization.ts';
import { logSecond } from './synchronization/second-counter.ts';

export { initialState } from './node-state.ts';

/**
 * What a server does about one event. Pure: the same state and event give the same state and effects, and the given state is not changed. The
 * agent and the tests run this function.
 */
export function step(state: NodeState, event: Event): { state: NodeState; effects: readonly Effect[] } {
  let effects: readonly Effect[] = [];
  const next = produce(state, (draft) => {
    effects = advance(draft, event);
  });
  return { state: next, effects };
}

/**
 * The same where nobody keeps the state from before: it is changed in place, and is of no more use when this throws. The simulator, which runs many
 * servers in one process, spends most of its time here; without drafts it runs more than twice as fast.
 */
export function advance(state: NodeState, event: Event): readonly Effect[] {
  const context = new Context(state, event.now);
  let { records } = state.sem;
  handleEvent(context, event);
  for (;;) {
    while (state.sem.records !== records) {
      records = state.sem.records;
      if (state.executor.phase === 'running') recordsChanged(context);
    }
    const own = context.ownMessages.shift();
    if (own === undefined) return context.effects;
    handleOwn(context, own);
  }
}

/** What the group, separation and problem files say has changed, by this server's edit or another's: recoveries may have lost their host or their server. */
function recordsChanged(context: Context): void {
  leaveSupersededRecoveries(context);
  leaveLostHosts(context);
  takeUpOrphans(context);
  lookWhetherSuperseded(context);
}

function handleEvent(context: Context, event: Event): void {
  switch (event.kind) {
    case 'started':
      started(context, event);
      return;
    case 'memory-disk':
      memoryDiskSeen(context, event);
      return;
    case 'timer':
      timerExpired(context, event.timer);
      return;
    case 'result':
      resultCame(context, event.request, event.outcome);
      return;
    case 'call':
      handleCall(context, event.call, event.from, event.request);
      return;
    case 'emulator-ended':
      emulatorEnded(context);
      return;
    case 'operator':
      operatorOrdered(context, event);
  }
}

function handleOwn(context: Context, own: OwnMessage): void {
  if (own.kind === 'call') handleCall(context, own.call, context.self, own.request);
  else resultCame(context, own.request, own.outcome);
}

/** An interval has begun (Fig. 12): load step, dual monitoring and connection selection (A2), then external monitoring. */
function beginInterval(context: Context): void {
  closeLoadStep(context);
  stepDownIfSeparated(context);
  if (context.state.executor.phase !== 'running') return;
  discardUnneededVirtualServer(context);
  massFailureEnds(context);
  selectConnections(context);
  extendManagement(context);
  takeUpForgottenServers(context);
  askSilentRecoverers(context);
  attendRecoveriesOfOthers(context);
  monitorTargets(context);
  lookAfterCreations(context);
  monitorVirtualServers(context);
}

function timerExpired(context: Context, timer: string): void {
  const [kind, name] = splitTimer(timer);
  switch (kind) {
    case 'interval':
      if (intervalBegun(context)) beginInterval(context);
      return;
    case 'internal':
      startInternalMonitoring(context);
      return;
    case 'load':
      measureLoad(context);
      return;
    case 'second':
      logSecond(context);
      return;
    case 'own-address':
      takeOwnAddressAgain(context);
      return;
    case 'hello':
      sayHello(context);
      return;
    case 'standby':
      if (context.state.virtualServer.state === 'absent') resetStandby(context);
      return;
    case 'machine-restart':
      machineRestartOverdue(context);
      return;
    case 'superseded':
      discardSuperseded(context);
      return;
    case 'edit':
      sendFirst(context, name);
      return;
    case 'exchange':
      exchangeRecords(context, name);
      return;
    case 'procedure':
      procedureTimer(context, name);
      return;
    case 'reexamine':
    case 'job':
    case 'create':
    case 'return':
    case 'virtual-server':
      dbssTimer(context, kind, name);
      return;
    default:
      throw new Error(`no such timer: ${timer}`);
  }
}

function resultCame(context: Context, request: RequestId, outcome: Outcome): void {
  const purpose = context.state.pending[request];
  if (purpose === undefined) return;
  Reflect.deleteProperty(context.state.pending, request);
  switch (purpose.for) {
    case 'internal-network':
      internalNetworkExamined(context, purpose.round, outcome.kind === 'done');
      return;
    case 'internal-service':
      internalServiceExamined(context, purpose.round, purpose.daemon, outcome.kind === 'done');
      return;
    case 'other':
      examinedForOther(context, purpose.call, outcome);
      return;
    case 'load-sample':
      if (outcome.kind === 'load') loadMeasured(context, outcome.sample);
      return;
    case 'edit':
      editSettled(context, purpose.to, purpose.epoch, outcome.kind === 'answer' && outcome.answer.kind === 'done');
      return;
    case 'exchange':
      exchangeAnswered(context, purpose.with, outcome);
      return;
    case 'membership':
      membershipAnswered(context, purpose.with, outcome);
      exchangeAnswered(context, purpose.with, outcome);
      return;
    case 'heartbeat':
      membershipAnswered(context, purpose.to, outcome);
      return;
    case 'hello':
      helloAnswered(context, purpose.to, outcome);
      return;
    case 'recoverer':
      recovererAnswered(context, purpose.server, outcome);
      return;
    case 'restart-ring':
      restartAnswered(context, purpose.to, outcome);
      return;
    case 'restart-probe':
      addressExamined(context, outcome.kind === 'done');
      return;
    case 'own-address-probe':
      ownAddressExamined(context, purpose, outcome.kind === 'done');
      return;
    case 'own-address':
      ownAddressChanged(context, purpose, outcome);
      return;
    case 'machine-restart':
      machineRestartSettled(context, outcome);
      return;
    case 'simple-answer':
      context.answer(purpose.call, outcome.kind === 'failed' ? { kind: 'refused', reason: outcome.reason } : { kind: 'done' });
      if (outcome.kind === 'failed') context.log(logLines.effectFailed('Requested work', outcome.reason));
      return;
    case 'procedure':
      procedureWorkDone(context, purpose, outcome);
      return;
    case 'standby':
      standbyWorkDone(context, purpose, outcome);
      return;
    case 'dbss':
      dbssResult(context, purpose, outcome);
      return;
    case 'job':
      jobResult(context, purpose, outcome);
      return;
    case 'nothing':
  }
}

function splitTimer(timer: string): [string, string] {
  const colon = timer.indexOf(':');
  return colon < 0 ? [timer, ''] : [timer.slice(0, colon), timer.slice(colon + 1)];
}
