import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { dataOf } from '../management-files/data-of.ts';
import { serviceOf } from '../ring/services-of.ts';
import { refused } from '../sem/refused.ts';
import type { Request } from '../sem/messages.ts';

/**
 * Another server found a target abnormal and asks what it looks like from here, before it takes the target over. The target itself is asked too: it
 * looks whether it reaches the default gateway.
 */
export function examineForOther(context: Context, call: string, { target, what }: Request & { kind: 'examine' }): void {
  const { configuration, files } = context.state;
  const data = dataOf(files, target);
  if (data === undefined) {
    context.answer(call, refused(`no management data of ${target} here`));
    return;
  }
  const { network_examination_ms, service_examination_ms } = configuration.timing;
  if (what === 'network') {
    const address = target === context.self ? configuration.gateway : data.realIp;
    context.state.examinationsForOthers[call] = { outstanding: 1, normal: true, unexamined: undefined };
    context.emit({ kind: 'ping', request: context.request({ for: 'other', call }), address, timeout_ms: network_examination_ms });
    return;
  }
  const services = data.daemons.flatMap((daemon) => serviceOf(configuration, target, daemon) ?? []);
  context.state.examinationsForOthers[call] = { outstanding: services.length, normal: true, unexamined: undefined };
  for (const service of services) {
    const request = context.request({ for: 'other', call });
    context.emit({ kind: 'check-service', request, address: data.virtualIp, service, timeout_ms: service_examination_ms });
  }
}

/** One part of the examination has ended; when all have, the other server gets its answer. */
export function examinedForOther(context: Context, call: string, outcome: Outcome): void {
  const examination = context.state.examinationsForOthers[call];
  if (examination === undefined) return;
  examination.outstanding -= 1;
  examination.normal &&= outcome.kind === 'done';
  if (outcome.kind === 'done') examination.unexamined ??= outcome.unexamined;
  if (examination.outstanding > 0) return;
  Reflect.deleteProperty(context.state.examinationsForOthers, call);
  // Somebody else's finding is not to be refuted by a server that has not looked.
  if (examination.normal && examination.unexamined !== undefined) context.answer(call, refused(examination.unexamined));
  else context.answer(call, { kind: 'examined', normal: examination.normal });
}
