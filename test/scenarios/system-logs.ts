import type { LabUnderTest } from './lab-under-test.ts';

const LINE = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d\d) (.*)$/;

export interface LogLine {
  /** `YYYY-MM-DD HH:MM:SS.cc`, the clock that all machines of a lab share. */
  readonly at: string;
  /** The line without its time; `__` stands before what a background job wrote. */
  readonly text: string;
}

/** Lines of each server's system log (§5.2), by server. */
export type SystemLogs = ReadonlyMap<string, readonly LogLine[]>;

/** What a machine of the lab would write as a log line's time now. */
export async function clockOf(lab: LabUnderTest, machine: string): Promise<string> {
  return (await lab.exec(machine, 'date', '+%F %T.%2N')).stdout.trim();
}

/** What servers have logged from that time on: all of them, or these, where others are off. */
export async function systemLogsSince(lab: LabUnderTest, from: string, of?: readonly string[]): Promise<SystemLogs> {
  const names = of ?? (await lab.ring()).servers.map(({ name }) => name);
  const logs = names.map(async (name) => {
    const { stdout } = await lab.exec(name, 'cat', '/var/log/dbss/system.log');
    const lines = stdout.split('\n').flatMap((line) => {
      const [, at = '', text = ''] = LINE.exec(line) ?? [];
      return at < from ? [] : [{ at, text }];
    });
    return [name, lines] as const;
  });
  return new Map(await Promise.all(logs));
}

/** When a server first logged a line that begins so; an error when it did not. */
export function timeOf(logs: SystemLogs, server: string, beginning: string): string {
  const line = logs.get(server)?.find(({ text }) => text.startsWith(beginning));
  if (line === undefined) throw new Error(`${server} did not log "${beginning}"; it logged${describe(logs, server)}`);
  return line.at;
}

/** A server logged these lines in this order, others between them. */
export function expectInOrder(logs: SystemLogs, server: string, texts: readonly string[]): void {
  let rest = logs.get(server) ?? [];
  for (const wanted of texts) {
    const index = rest.findIndex(({ text }) => text === wanted);
    if (index === -1) throw new Error(`${server} did not log "${wanted}" in its place; it logged${describe(logs, server)}`);
    rest = rest.slice(index + 1);
  }
}

/** Without the numbers of the seconds, which are most of a log. */
function describe(logs: SystemLogs, server: string): string {
  const lines = (logs.get(server) ?? []).filter(({ text }) => !/^(\d+|Wait)$/.test(text));
  return lines.map(({ at, text }) => `\n${at} ${text}`).join('');
}
