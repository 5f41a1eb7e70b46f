import { formatHeartbeatRecord, type HeartbeatRecord } from '../management-files/heartbeat.ts';

/** The heartbeat file with one server's line replaced, or added: the file is long, and one line of it changes. */
export function withHeartbeat(heartbeat: string, record: HeartbeatRecord): string {
  const known = lineOf(heartbeat, record.server);
  const after = `${formatHeartbeatRecord(record)}\n`;
  if (known === undefined) return heartbeat + after;
  return heartbeat.slice(0, known.from) + after + heartbeat.slice(known.from + known.line.length);
}

/** A server's line in the heartbeat file, with its newline, and where it begins. */
export function lineOf(heartbeat: string, server: string): { readonly from: number; readonly line: string } | undefined {
  const beginning = `${server} `;
  const from = heartbeat.startsWith(beginning) ? 0 : heartbeat.indexOf(`\n${beginning}`) + 1;
  if (from === 0 && !heartbeat.startsWith(beginning)) return undefined;
  const end = heartbeat.indexOf('\n', from);
  return { from, line: heartbeat.slice(from, end < 0 ? heartbeat.length : end + 1) };
}
