import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { LabUnderTest } from '../lab-under-test.ts';
import { keptContent, keptFile } from './kept-file.ts';

const PROGRAM = path.join(import.meta.dirname, 'kept-main.ts');

/** Something that a client writes while a virtual server serves, and wants to find again afterwards. */
export interface Kept {
  /** @returns what was written, in words; undefined where a client of this server writes nothing */
  readonly write: () => Promise<string | undefined>;
  /** @returns what was found again, in words */
  readonly read: () => Promise<string>;
}

/** What is written by a server's service; the changed page of a web server by whoever looks after it. */
export function keptBy(lab: LabUnderTest, server: string): Kept {
  const token = randomUUID();
  if (server === 'proxy') return { write: async () => undefined, read: async () => 'nothing to lose' };
  const asClient = async (action: 'write' | 'read'): Promise<string> =>
    (await lab.exec('client', process.execPath, PROGRAM, lab.inventory, server, action, token)).stdout.trim();
  if (!server.startsWith('web')) return { write: async () => asClient('write'), read: async () => asClient('read') };
  const page = `/export/www/${server}/${keptFile(token)}`;
  return {
    write: async () => {
      await lab.exec('files', 'sh', '-c', `printf '%s' '${keptContent(token)}' >${page}`);
      return asClient('write');
    },
    read: async () => {
      const found = await asClient('read');
      await lab.exec('files', 'rm', page);
      return found;
    },
  };
}
