/**
 * Writes something by a server's service as a client does, or reads it again: `kept-main.ts INVENTORY SERVER write|read TOKEN`. Runs in the network namespace of
 * the lab's client. A client tries again when it was not served.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type TimeLimit, within } from '../../../agent/src/effects/service-check/time-limit.ts';
import { takeFile, uploadFile } from '../../../agent/src/effects/service-check/work/ftp-work.ts';
import { deliverMessage, fetchMessage } from '../../../agent/src/effects/service-check/work/mail-work.ts';
import { runCommand } from '../../../agent/src/effects/service-check/work/ssh-work.ts';
import { usePage } from '../../../agent/src/effects/service-check/work/web-work.ts';
import type { ProbeName } from '../../../agent/src/protocol/ring/ring-configuration.ts';
import { loadInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { readClientMeans } from '../../../cli/src/lab/client/client-means.ts';
import { ftpLoginOf, mailboxOf, pageOf, shellLoginOf } from '../../../cli/src/lab/client/lab-client-work.ts';
import { keptContent, keptFile } from './kept-file.ts';

const ATTEMPT_MS = 5_000;
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

const [path = '', name = '', action = '', token = ''] = process.argv.slice(2);
const inventory = await loadInventory(path);
const means = await readClientMeans(inventory);
const server = inventory.servers.find((known) => known.name === name);
if (server === undefined || (action !== 'write' && action !== 'read')) throw new Error('kept-main.ts INVENTORY SERVER write|read TOKEN');
const file = { name: keptFile(token), content: keptContent(token) };
const probe = server.services[0]?.probe ?? 'tcp';

const started_ms = performance.now();
for (;;) {
  try {
    process.stdout.write(`${await within({ whole_ms: ATTEMPT_MS, connecting_ms: 1_000 }, (limit) => use(probe, limit))}\n`);
    break;
  } catch (error) {
    if (performance.now() - started_ms > PATIENCE_MS) throw error;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await delay(PAUSE_MS);
  }
}

/** @returns what was done, in words */
async function use(by: ProbeName, limit: TimeLimit): Promise<string> {
  if (server === undefined) throw new Error('no server');
  const writes = action === 'write';
  switch (by) {
    case 'smtp':
    case 'imap':
      if (!writes) return `a mail, ${String(await fetchMessage(mailboxOf(server, means), token, limit))} copy`;
      await deliverMessage(mailboxOf(server, means), { token }, limit);
      return 'a mail';
    case 'ftp':
      await (writes ? uploadFile : takeFile)(ftpLoginOf(server, means), file, limit);
      return 'a file by FTP';
    case 'ssh': {
      const command = writes
        ? `printf '%s' '${file.content}' >./${file.name} && cat ./${file.name}`
        : `cat ./${file.name} && rm ./${file.name}`;
      await runCommand(shellLoginOf(server, means), command, file.content, limit);
      return 'a file by ssh';
    }
    case 'http':
      // A client of a web server only reads; who changed the page is the one who runs this.
      await usePage({ ...pageOf(server), ...file }, limit);
      return 'a page';
    case 'proxy':
    case 'tcp':
    case 'script':
      throw new Error(`nothing can be kept by ${by}`);
  }
}
