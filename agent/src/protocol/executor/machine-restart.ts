import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { logLines } from '../log-lines.ts';
import { releaseOwnAddress } from '../recovery/own-address.ts';
import { leaveVirtualServer } from '../recovery/standby-reset.ts';
import { refused } from '../sem/refused.ts';

/**
 * A manager wants this machine restarted (§2.1). Its memory disk is lost with that, so it comes up without its virtual address; the address is given up before as
 * well. A shutdown takes seconds, in which this agent goes on: from now on it makes no virtual server, which would go down with the machine.
 */
export function restartMachine(context: Context, call: string, from: string): void {
  const { machineRestart } = context.state;
  context.log(logLines.restartRequested(from));
  if (machineRestart.phase === 'under way') {
    context.answer(call, { kind: 'done' });
    return;
  }
  machineRestart.calls.push(call);
  if (machineRestart.phase === 'ordered') return;
  machineRestart.phase = 'ordered';
  releaseOwnAddress(context, undefined);
  context.emit({ kind: 'restart-machine', request: context.request({ for: 'machine-restart' }) });
}

/**
 * The machine goes down: a virtual server here is left to another host at once, and whoever waits for it hears so. Or the machine does not, and is a host like any
 * other again.
 */
export function machineRestartSettled(context: Context, outcome: Outcome): void {
  const { machineRestart, configuration } = context.state;
  const failure = outcome.kind === 'failed' ? outcome.reason : undefined;
  for (const call of machineRestart.calls) context.answer(call, failure === undefined ? { kind: 'done' } : refused(failure));
  Object.assign(machineRestart, { phase: failure === undefined ? 'under way' : 'no', calls: [] });
  if (failure !== undefined) {
    context.log(logLines.effectFailed('Restart of this server', failure));
    return;
  }
  leaveVirtualServer(context);
  context.setTimer('machine-restart', configuration.timing.restart_wait_ms);
}

/** The `machine-restart` timer: the machine is still there after the time in which it should have started again (§5.1). Something holds its shutdown up. */
export function machineRestartOverdue(context: Context): void {
  context.log(logLines.restartOverdue());
  context.state.machineRestart.phase = 'no';
}
