import { parseLogLine } from '../../agent/src/protocol/log-lines.ts';
import { expect } from './scenario.ts';
import type { SystemLogs } from './system-logs.ts';

/** Something that was done to a server because somebody thought that it had failed. */
interface Touch {
  readonly server: string;
  readonly at: string;
  /** The line, with the server that logged it. */
  readonly line: string;
}

/** Nobody but these was taken over or asked to restart. @returns what was done to them, in the order of time */
export function expectTouchedOnly(logs: SystemLogs, servers: readonly string[]): readonly Touch[] {
  const touches = touchesIn(logs);
  const others = touches.filter(({ server }) => !servers.includes(server)).map(({ line }) => line);
  expect(others.length === 0, `nobody taken over or asked to restart${servers.length === 0 ? '' : ` but ${servers.join(', ')}`}`, others);
  return touches;
}

function touchesIn(logs: SystemLogs): readonly Touch[] {
  const touches = [...logs].flatMap(([logger, lines]) =>
    lines.flatMap(({ at, text }) => {
      const server = touchedBy(logger, text);
      return server === undefined ? [] : [{ server, at, line: `${logger}: ${at} ${text}` }];
    }),
  );
  return touches.sort((one, other) => one.at.localeCompare(other.at));
}

/** A manager logs that it has a virtual server created (`ftpb`), a server itself that it was asked to restart. */
function touchedBy(logger: string, text: string): string | undefined {
  if (text.startsWith('Restart requested by ')) return logger;
  const parsed = parseLogLine(text.replace(/^__/, ''));
  return parsed?.kind === 'creationStarted' ? parsed.fields[0]?.replace(/b$/, '') : undefined;
}
