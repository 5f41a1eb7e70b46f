import type { Context } from '../context.ts';
import { parseGroup } from '../management-files/group.ts';
import type { ManagementFiles } from '../management-files/management-files.ts';

/**
 * A server's heartbeat has come. Its age is counted on this machine's own clock from now on: another server's clock says nothing about how long ago
 * it wrote, and its UNIX time may be the same in two heartbeats of one second.
 */
export function heartbeatSeen(context: Context, server: string): void {
  context.state.heartbeats[server] = context.now.mono_ms;
}

/** The group may have changed: a server that is new in it, or back, starts with a clean sheet instead of the age it had when it failed. */
export function noteMembers(context: Context, files: ManagementFiles): void {
  const { heartbeats } = context.state;
  const members = new Set(parseGroup(files.group).map((record) => record.server));
  for (const server of Object.keys(heartbeats)) {
    if (!members.has(server)) Reflect.deleteProperty(heartbeats, server);
  }
  for (const server of members) heartbeats[server] ??= context.now.mono_ms;
}

/**
 * Servers of the group whose heartbeat is missing (§4.1). Oneself is never among them. At the beginning of an interval the last heartbeat of a normal
 * server is as old as the time from its internal monitoring to the end of the interval, and that of one which did not write in the interval that has
 * just ended is a whole interval older. The limit lies between, so that a failure is known before the first external monitoring after it.
 */
export function staleServers(context: Context): ReadonlySet<string> {
  const { heartbeats, files, configuration } = context.state;
  const { interval_ms, internal_monitoring_at_ms } = configuration.timing;
  const limit_ms = interval_ms + (interval_ms - internal_monitoring_at_ms) / 2;
  return new Set(
    parseGroup(files?.group ?? '')
      .map((record) => record.server)
      .filter((server) => server !== context.self && context.now.mono_ms - (heartbeats[server] ?? context.now.mono_ms) > limit_ms),
  );
}
