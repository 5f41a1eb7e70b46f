import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { parseGroup } from '../management-files/group.ts';
import type { Outcome } from '../events.ts';
import { virtualServerName } from '../management-files/problem.ts';
import { releaseOwnAddress } from '../recovery/own-address.ts';
import { resetStandby } from '../recovery/standby-reset.ts';
import { presentCopy } from '../sem/local-copy.ts';
import { waitForFiles } from './executor.ts';

/** A server that most others call separated for so many intervals believes them. */
const DENIED_INTERVALS = 2;

/** Another server answered this one's heartbeat or exchange: it counts this one in the group, or does not. */
export function membershipAnswered(context: Context, by: string, outcome: Outcome): void {
  const { membership } = context.state;
  if (outcome.kind !== 'answer') return;
  membership.deniedBy = membership.deniedBy.filter((other) => other !== by);
  if (outcome.answer.kind === 'separated') membership.deniedBy.push(by);
}

/**
 * Each interval: a server that was taken over while it was frozen or cut off, and whose restart nobody waits for any more, still runs the management
 * program by old files and may hold an address that a virtual server has. When most of the others deny that it is in the group it gives the address
 * up and waits for new files. So does one that separated others while it was cut off, when more of them live than its own group has; of two halves that separated
 * each other the one without the first server of the ring does.
 */
export function stepDownIfSeparated(context: Context): void {
  const { membership, files } = context.state;
  const members = parseGroup(files?.group ?? '').map(({ server }) => server);
  const others = members.filter((server) => server !== context.self);
  const denied = membership.deniedBy.filter((server) => others.includes(server));
  const strangers = strangersLately(context).filter((server) => !members.includes(server));
  const isAlone = denied.length * 2 > others.length || givesIn(context, members, strangers);
  membership.intervals = isAlone ? membership.intervals + 1 : 0;
  if (membership.intervals < DENIED_INTERVALS) return;
  context.log(logLines.steppedDown([...new Set([...denied, ...strangers])].join(', ')));
  releaseOwnAddress(context, undefined);
  leaveVirtualServer(context);
  // As after a restart, which reads it from the disk: should all others be dead by now, this copy is there to start from.
  context.state.restart.copy = presentCopy(context);
  waitForFiles(context);
}

/**
 * More live outside than in this server's own group. Or as many, the first of the ring among them, and they have separated this server as it has them: where they
 * count it in, it is they who hear that they were separated.
 */
function givesIn(context: Context, members: readonly string[], strangers: readonly string[]): boolean {
  if (strangers.length !== members.length) return strangers.length > members.length;
  if (strangers.some((name) => context.state.membership.strangers[name]?.separated !== true)) return false;
  const first = context.state.configuration.servers.find(({ name }) => members.includes(name) || strangers.includes(name));
  return first !== undefined && strangers.includes(first.name);
}

/** To the others a host that is out of the group is gone, and its virtual server with it: they create another one. */
function leaveVirtualServer(context: Context): void {
  const { target } = context.state.virtualServer;
  if (target === undefined) return;
  context.log(logLines.virtualServerDiscarded(virtualServerName(target)));
  resetStandby(context);
}

/** Whose heartbeat came from outside the group in the interval that has ended. */
function strangersLately(context: Context): string[] {
  const { membership, configuration } = context.state;
  const lately_ms = configuration.timing.interval_ms;
  return Object.entries(membership.strangers).flatMap(([server, { last_mono_ms }]) =>
    context.now.mono_ms - last_mono_ms <= lately_ms ? [server] : [],
  );
}
