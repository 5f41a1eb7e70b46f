import type { Context } from './context.ts';
import { filesSent, flagSent } from './executor/executor.ts';
import { helloHeard } from './executor/hello.ts';
import { isAboutToRestart } from './executor/machine-restart-state.ts';
import { restartMachine } from './executor/machine-restart.ts';
import { restartHere } from './executor/restart-ring.ts';
import { loadAnswer } from './load/load-measurement.ts';
import { parseGroup } from './management-files/group.ts';
import { p2pFileCame } from './p2p/files-of-p2p.ts';
import { synchronizationFileCame } from './p2p/synchronization-file.ts';
import { examineForOther } from './monitoring/examination-for-others.ts';
import { sendProcedure, takeProcedures } from './procedure/replication.ts';
import { releaseOwnAddress, takeOwnAddress, takeOwnAddressUnlessHeld } from './recovery/own-address.ts';
import { createVirtualServer, discardVirtualServer, releaseVirtualAddress, setVirtualAddress } from './recovery/virtual-server.ts';
import type { Answer, Request } from './sem/messages.ts';
import { takeExchange } from './sem/exchange.ts';
import { takeHeartbeat } from './sem/heartbeats.ts';
import { takeEdit } from './sem/outbox.ts';
import { isMember } from './sem/members.ts';
import { refused } from './sem/refused.ts';

/** Another server, or this one itself, asks for something. Each call is answered once, now or when the work is done. */
export function handleCall(context: Context, call: string, from: string, request: Request): void {
  switch (request.kind) {
    case 'edit':
      context.answer(call, takeEdit(context, from, request.edit));
      return;
    case 'heartbeat':
      context.answer(call, takeHeartbeat(context, from, request));
      return;
    case 'exchange':
      context.answer(call, takeExchange(context, from, request.records));
      return;
    case 'load':
      context.emit({ kind: 'prepare-hypervisor' });
      context.answer(call, loadAnswer(context));
      return;
    case 'hello':
      context.answer(call, helloHeard(context, from, request.epoch));
      return;
    case 'state':
      context.answer(call, stateAnswer(context));
      return;
    case 'examine':
      examineForOther(context, call, request);
      return;
    case 'create-virtual-server':
      createVirtualServer(context, call, request.target);
      return;
    case 'set-virtual-address':
      setVirtualAddress(context, call, request.target);
      return;
    case 'release-virtual-address':
      releaseVirtualAddress(context, call, request.target);
      return;
    case 'discard-virtual-server':
      if (isSeparatedHere(context, from)) context.answer(call, { kind: 'separated' });
      else discardVirtualServer(context, call, request.target);
      return;
    case 'release-own-address':
      releaseOwnAddress(context, call);
      return;
    case 'take-own-address':
      if (request.unless_held === true) takeOwnAddressUnlessHeld(context, request.vip, call);
      else takeOwnAddress(context, request.vip, call);
      return;
    case 'restart':
      restartMachine(context, call, from);
      return;
    case 'start-daemons':
      startDaemons(context, call, request.daemons);
      return;
    case 'install-files':
      context.answer(call, installFiles(context, request));
      return;
    case 'install-flag':
      context.answer(call, doneOrRefused(flagSent(context)));
      return;
    case 's-file':
      context.answer(call, synchronizationFileCame(context, from));
      return;
    case 'u-file':
    case 'd-file':
      context.answer(call, p2pFileCame(context, from, request.kind, request.target));
      return;
    case 'restart-ring':
      restartHere(context, call, request);
      return;
    case 'procedures':
      context.answer(call, takeProcedures(context, from, request.have));
      return;
    case 'fetch-procedure':
      sendProcedure(context, call, request.server);
  }
}

/** A server that is out of the group, and may not know it: what it had made is another one's by now. */
function isSeparatedHere(context: Context, from: string): boolean {
  return context.state.files !== undefined && from !== context.self && !isMember(context, from);
}

function startDaemons(context: Context, call: string, daemons: readonly string[]): void {
  context.emit({ kind: 'start-daemons', request: context.request({ for: 'simple-answer', call }), daemons: [...daemons] });
}

/** Whole files only go to a server that has none, or that a returning manager counts in its group. */
function installFiles(context: Context, request: Request & { kind: 'install-files' }): Answer {
  const member = parseGroup(request.files.group).some((record) => record.server === context.self);
  if (!member) return refused(`${context.self} is not in the sent group file`);
  if (context.state.executor.phase === 'running') return refused('the management program runs here');
  filesSent(context, request.files, request.versions);
  return { kind: 'done' };
}

/** A machine that goes down says so, whatever runs on it: who waits for files has restarted, to its manager, and who runs the management program manages. */
function stateAnswer(context: Context): Answer {
  const { machine, executor, ownAddress } = context.state;
  const phase = isAboutToRestart(context.state) ? 'restarting' : executor.phase;
  return { kind: 'state', boot_id: machine?.boot_id ?? '', executor: phase, holds_own_address: ownAddress.held };
}

function doneOrRefused(reason: string | undefined): Answer {
  return reason === undefined ? { kind: 'done' } : refused(reason);
}
