import type { Context } from '../context.ts';
import { ringServer } from '../ring/services-of.ts';
import { askMembership } from '../sem/exchange.ts';
import { shareHeartbeat } from '../sem/heartbeats.ts';

/** Where a server looks for its own services. */
export const LOCAL_ADDRESS = '127.0.0.1';

/**
 * Internal monitoring (§4.1, Fig. 9(b)): the default gateway for the network, the local service ports for the services. It runs within the
 * monitoring interval (A1 of Fig. 12).
 */
export function startInternalMonitoring(context: Context): void {
  const { configuration, internal } = context.state;
  const services = ringServer(configuration, context.self)?.services ?? [];
  internal.round = context.serial();
  internal.outstanding = 1 + services.length;
  context.emit({
    kind: 'ping',
    request: context.request({ for: 'internal-network', round: internal.round }),
    address: configuration.gateway,
    timeout_ms: configuration.timing.network_examination_ms,
  });
  for (const service of services) {
    context.emit({
      kind: 'check-service',
      request: context.request({ for: 'internal-service', round: internal.round, daemon: service.daemon }),
      address: LOCAL_ADDRESS,
      service,
      timeout_ms: configuration.timing.service_examination_ms,
    });
  }
}

/** Answers of an earlier round that come late say nothing about this one. */
export function internalNetworkExamined(context: Context, round: number, reachable: boolean): void {
  if (round !== context.state.internal.round) return;
  context.state.internal.network = reachable;
  examinationEnded(context);
}

export function internalServiceExamined(context: Context, round: number, daemon: string, normal: boolean): void {
  if (round !== context.state.internal.round) return;
  context.state.internal.services[daemon] = normal;
  examinationEnded(context);
}

/** Whether the last examination of this server by itself found a problem; answers of a running round count as they come. */
export function isAbnormalHere(context: Context): boolean {
  const { network, services } = context.state.internal;
  return network === false || Object.values(services).some((normal) => !normal);
}

/**
 * All answers are in: a server that is normal records the UNIX time in the heartbeat file (§2.4). One that is not says nothing there, and asks instead
 * whether it is still in the group: it may have been taken over while it was out of reach, and go on by old files.
 */
function examinationEnded(context: Context): void {
  const { internal, executor } = context.state;
  internal.outstanding -= 1;
  if (internal.outstanding !== 0 || executor.phase !== 'running') return;
  const normal = internal.network === true && Object.values(internal.services).every((service) => service);
  if (normal) shareHeartbeat(context, context.now.unix_ms);
  else askMembership(context);
}
