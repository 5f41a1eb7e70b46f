import type { Context } from '../context.ts';
import { parseGroup } from '../management-files/group.ts';
import type { ManagementData } from '../management-files/management-data.ts';
import { firstManagerOf } from '../method/managers.ts';
import { askServer, hostWorkLimit_ms } from './ask.ts';
import type { DbssState } from './dbss-state.ts';
import { discardVirtualServer } from './host-requests.ts';
import { bestHost } from './host-selection.ts';
import { problemOf } from './record-edits.ts';

/**
 * The target's network did not answer for the whole examination time: while it is reexamined, the server that would be selected creates the virtual server
 * already, without the target's address. A normal reexamination discards it. Only the target's own manager prepares, so that no other one discards it.
 */
export function prepareVirtualServer(context: Context, dbss: DbssState, data: ManagementData): void {
  if (dbss.phase !== 'reexamining' || dbss.problem !== 'network' || dbss.loadOutstanding.length > 0 || dbss.preparing !== undefined) return;
  const group = parseGroup(context.state.files?.group ?? '');
  const record = group.find(({ server }) => server === dbss.target);
  if (record === undefined || firstManagerOf(context.state.configuration, group, record) !== context.self) return;
  const best = bestHost(context, dbss, data);
  // What another manager has made is not this one's to discard where the target turns out to be normal: the virtual server may be what it examines.
  if (best === undefined || best.begun) return;
  dbss.preparing = best.server;
  const message = { kind: 'create-virtual-server', target: dbss.target } as const;
  askServer(context, dbss, { to: best.server, message, asked: 'prepare', timeout_ms: hostWorkLimit_ms(context) });
}

/** The target is not taken over, or another host was selected: what was prepared is not needed. */
export function dropPreparation(context: Context, dbss: DbssState): void {
  const { preparing } = dbss;
  dbss.preparing = undefined;
  // Another manager recovers the target on that very server: it has taken the virtual server as it was prepared.
  if (preparing === undefined || problemOf(context, dbss.target)?.host === preparing) return;
  discardVirtualServer(context, dbss, preparing);
}
