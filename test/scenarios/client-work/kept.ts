import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { LabUnderTest } from '../lab-under-test.ts';
import { expect } from '../scenario.ts';
import { keptContent, keptFile } from './kept-file.ts';
import { type FoundItem, type KeptItem, linesOf } from './kept-line.ts';

const PROGRAM = path.join(import.meta.dirname, 'kept-main.ts');

/** What a client does with things that it keeps at a server. */
export interface Kept {
  /** Writes one thing, and tries until it is acknowledged; undefined where a client of this server writes nothing. */
  readonly write: () => Promise<KeptItem | undefined>;
  /** Reads things again, and leaves them there. */
  readonly read: (items: readonly KeptItem[]) => Promise<readonly FoundItem[]>;
  /** Removes what it can of them. */
  readonly remove: (items: readonly KeptItem[]) => Promise<void>;
}

/** What is written by a server's service; the changed page of a web server by whoever looks after it. */
export function keptBy(lab: LabUnderTest, server: string): Kept {
  if (server === 'proxy') return { write: async () => undefined, read: async () => [], remove: async () => undefined };
  const asClient = async (action: 'write' | 'read', items: readonly KeptItem[]): Promise<readonly unknown[]> =>
    linesOf((await lab.exec('client', ...keptCommand(lab, server, action, items))).stdout);
  const read = async (items: readonly KeptItem[]): Promise<readonly FoundItem[]> => (await asClient('read', items)) as readonly FoundItem[];
  if (isWebServer(server)) return { ...pagesOf(lab, server, read), read };
  return {
    // The last try is the one that was acknowledged.
    write: async () => (await asClient('write', [])).at(-1) as KeptItem,
    read,
    remove: async (items) => {
      await lab.dbssctl('lab', 'exec', 'client', '--', ...keptCommand(lab, server, 'remove', items));
    },
  };
}

/** Whether a client of this server writes by its service. */
export function isWrittenTo(server: string): boolean {
  return server !== 'proxy' && !isWebServer(server);
}

/** What runs `kept-main.ts`. */
export function keptCommand(lab: LabUnderTest, server: string, action: string, items: readonly KeptItem[] = []): readonly string[] {
  return [process.execPath, PROGRAM, lab.inventory, server, action, ...items.map(({ token }) => token)];
}

/** All of it is there: nothing that was acknowledged is lost. @returns in words how often */
export function expectFound(items: readonly KeptItem[], found: readonly FoundItem[]): string {
  const lost = items.filter(({ token }) => (found.find((one) => one.token === token)?.copies ?? 0) === 0);
  const problems = found.flatMap(({ problem }) => problem ?? []);
  expect(lost.length === 0, 'everything found again that was acknowledged', { lost, problems });
  // SMTP promises no more than at least once: a delivery that is broken off may be done again by the returned server (decision 0420).
  const several = found.filter(({ copies }) => copies > 1).length;
  return `${String(items.length)} of ${String(items.length)}${several === 0 ? '' : `, ${String(several)} of them more than once`}`;
}

function isWebServer(server: string): boolean {
  return server.startsWith('web');
}

function pagesOf(lab: LabUnderTest, server: string, read: Kept['read']): Pick<Kept, 'write' | 'remove'> {
  const pageOf = (token: string): string => `/export/www/${server}/${keptFile(token)}`;
  return {
    write: async () => {
      const token = randomUUID();
      await lab.exec('files', 'sh', '-c', `printf '%s' '${keptContent(token)}' >${pageOf(token)}`);
      const written = { token, at_ms: Date.now(), problem: null, readAgain_ms: null };
      expectFound([written], await read([written]));
      return { ...written, readAgain_ms: Date.now() };
    },
    remove: async (items) => {
      await lab.dbssctl('lab', 'exec', 'files', '--', 'rm', '-f', ...items.map(({ token }) => pageOf(token)));
    },
  };
}
