import { fieldsOf, linesOf } from './lines.ts';

/** A record of the heartbeat file: when the server last found itself normal, in UNIX seconds (§2.4). */
export interface HeartbeatRecord {
  readonly server: string;
  readonly unix_s: number;
}

export function formatHeartbeatRecord(record: HeartbeatRecord): string {
  return `${record.server} ${String(record.unix_s)}`;
}

export function parseHeartbeat(text: string): HeartbeatRecord[] {
  return linesOf(text).flatMap((line) => {
    const [server, unix_s] = fieldsOf(line, 2) ?? [];
    return server === undefined || unix_s === undefined || !/^\d+$/.test(unix_s) ? [] : [{ server, unix_s: Number(unix_s) }];
  });
}
