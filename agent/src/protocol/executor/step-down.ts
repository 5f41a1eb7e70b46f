import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import { parseGroup } from '../management-files/group.ts';
import type { Outcome } from '../events.ts';
import { releaseOwnAddress } from '../recovery/own-address.ts';
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
 * up and waits for new files. So does one that separated others while it was cut off, when more of them live and count it in than its own group has.
 */
export function stepDownIfSeparated(context: Context): void {
  const { membership, files } = context.state;
  const members = parseGroup(files?.group ?? '').map(({ server }) => server);
  const others = members.filter((server) => server !== context.self);
  const denied = membership.deniedBy.filter((server) => others.includes(server));
  const strangers = strangersLately(context).filter((server) => !members.includes(server));
  const isAlone = denied.length * 2 > others.length || strangers.length > members.length;
  membership.intervals = isAlone ? membership.intervals + 1 : 0;
  if (membership.intervals < DENIED_INTERVALS) return;
  context.log(logLines.steppedDown([...new Set([...denied, ...strangers])].join(', ')));
  releaseOwnAddress(context, undefined);
  waitForFiles(context);
}

/** Whose heartbeat came from outside the group in the interval that has ended. */
function strangersLately(context: Context): string[] {
  const { membership, configuration } = context.state;
  const lately_ms = configuration.timing.interval_ms;
  return Object.entries(membership.strangers).flatMap(([server, last_mono_ms]) =>
    context.now.mono_ms - last_mono_ms <= lately_ms ? [server] : [],
  );
}
