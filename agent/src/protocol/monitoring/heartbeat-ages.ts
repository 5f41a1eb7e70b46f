import type { Context } from '../context.ts';
import { parseGroup } from '../management-files/group.ts';
import { parseHeartbeat } from '../management-files/heartbeat.ts';

/** A heartbeat may be this many intervals old: one is written in each, at the time that internal monitoring takes. */
const HEARTBEAT_INTERVALS = 1.5;

/**
 * Note which heartbeats changed and when, on this machine's own clock: another server's clock says nothing about how long ago it wrote.
 */
export function noteHeartbeats(context: Context): void {
  const { heartbeats, files } = context.state;
  const members = new Set(parseGroup(files?.group ?? '').map((record) => record.server));
  for (const server of Object.keys(heartbeats)) {
    // A server that returns later starts with a clean sheet instead of the age it had when it failed.
    if (!members.has(server)) Reflect.deleteProperty(heartbeats, server);
  }
  for (const { server, unix_s } of parseHeartbeat(files?.heartbeat ?? '')) {
    const known = heartbeats[server];
    if (members.has(server) && known?.unix_s !== unix_s) heartbeats[server] = { unix_s, seen_mono_ms: context.now.mono_ms };
  }
}

/** Servers of the group whose heartbeat is missing (§4.1). Oneself is never among them. */
export function staleServers(context: Context): ReadonlySet<string> {
  const { heartbeats, files, configuration } = context.state;
  const limit_ms = configuration.timing.interval_ms * HEARTBEAT_INTERVALS;
  return new Set(
    parseGroup(files?.group ?? '')
      .map((record) => record.server)
      .filter((server) => server !== context.self)
      .filter((server) => {
        const seen = heartbeats[server];
        return seen !== undefined && context.now.mono_ms - seen.seen_mono_ms > limit_ms;
      }),
  );
}
