import type { Context } from '../context.ts';
import { logLines } from '../log-lines.ts';
import type { DbssState } from './dbss-state.ts';
import { parseGroup } from '../management-files/group.ts';
import { staleServers } from '../monitoring/heartbeat-ages.ts';

/**
 * Whether more than half of the group looks dead from here: targets found abnormal, and servers whose heartbeat is missing and who do not answer over SEM that
 * their management program runs. That many servers hardly fail in one interval; something that they share has, or this server is cut off. Nothing is taken
 * over then, and the operator is told. Where the gateway is gone no heartbeat is written, but everybody answers.
 */
export function looksLikeMassFailure(context: Context, { managers }: DbssState): boolean {
  const members = parseGroup(context.state.files?.group ?? '').map(({ server }) => server);
  const found = Object.values(context.state.dbss)
    .filter(({ held }) => held)
    .map(({ target }) => target);
  // Not whose heartbeat is missing now: after a start of the ring it may come late in the middle of an interval, and nobody was asked.
  const dead = new Set([...managers.away, ...found].filter((server) => members.includes(server)));
  const mass = dead.size * 2 > members.length;
  if (mass && !context.state.massFailure) context.log(logLines.massFailure([...dead].sort(), members.length));
  if (mass) context.state.massFailure = true;
  return mass;
}

/** An interval begins: the alert ends when most of the group is heard again. */
export function massFailureEnds(context: Context): void {
  if (!context.state.massFailure) return;
  const members = parseGroup(context.state.files?.group ?? '');
  if (staleServers(context).size * 2 > members.length) return;
  context.state.massFailure = false;
  context.log(logLines.massFailureOver());
}
