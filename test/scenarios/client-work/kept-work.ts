import { setTimeout as delay } from 'node:timers/promises';
import type { TimeLimit } from '../../../agent/src/effects/service-check/time-limit.ts';
import { takeFile, uploadFile, useFtp } from '../../../agent/src/effects/service-check/work/ftp-work.ts';
import { ImapSession } from '../../../agent/src/effects/service-check/work/imap-session.ts';
import { deliverMessage, fetchMessage, type Mailbox } from '../../../agent/src/effects/service-check/work/mail-work.ts';
import type { KnownContent } from '../../../agent/src/effects/service-check/work/known-content.ts';
import { runCommand } from '../../../agent/src/effects/service-check/work/ssh-work.ts';
import { usePage } from '../../../agent/src/effects/service-check/work/web-work.ts';
import type { Server } from '../../../cli/src/inventory/inventory.ts';
import type { ClientMeans } from '../../../cli/src/lab/client/client-means.ts';
import { ftpLoginOf, mailboxOf, pageOf, shellLoginOf } from '../../../cli/src/lab/client/lab-client-work.ts';
import { keptContent, keptFile } from './kept-file.ts';

const LOOK_AGAIN_MS = 100;

/** What a client does once with one thing that it keeps at a server. Each throws an error in words when it was not done. */
export interface KeptWork {
  /** When this returns the server has acknowledged it. */
  readonly write: (token: string, limit: TimeLimit) => Promise<void>;
  /** Reads it and leaves it there. @returns how many copies there are, at least one */
  readonly read: (token: string, limit: TimeLimit) => Promise<number>;
  readonly remove: (token: string, limit: TimeLimit) => Promise<void>;
}

/** @throws Error where nothing can be kept by the server's first service */
export function keptWork(server: Server, means: ClientMeans): KeptWork {
  const probe = server.services[0]?.probe ?? 'tcp';
  switch (probe) {
    case 'smtp':
    case 'imap':
      return mailWork(mailboxOf(server, means));
    case 'ftp': {
      const login = ftpLoginOf(server, means);
      return {
        write: async (token, limit) => uploadFile(login, fileOf(token), limit),
        read: async (token, limit) => once(useFtp(login, fileOf(token), undefined, limit)),
        remove: async (token, limit) => takeFile(login, fileOf(token), limit),
      };
    }
    case 'ssh': {
      const command = async (words: string, output: string, limit: TimeLimit): Promise<void> =>
        runCommand(shellLoginOf(server, means), words, output, limit);
      return {
        write: async (token, limit) => {
          const { name, content } = fileOf(token);
          await command(`printf '%s' '${content}' >./${name} && cat ./${name}`, content, limit);
        },
        read: async (token, limit) => once(command(`cat ./${keptFile(token)}`, keptContent(token), limit)),
        remove: async (token, limit) => command(`rm ./${keptFile(token)}`, '', limit),
      };
    }
    case 'http':
      // A client of a web server only reads; whoever looks after the page changes it.
      return {
        write: async () => Promise.reject(new Error('a client of a web server writes nothing')),
        read: async (token, limit) => once(usePage({ ...pageOf(server), ...fileOf(token) }, limit)),
        remove: async () => Promise.reject(new Error('a client of a web server removes nothing')),
      };
    case 'proxy':
    case 'tcp':
    case 'script':
      throw new Error(`nothing can be kept by ${probe}`);
  }
}

function mailWork(mailbox: Mailbox): KeptWork {
  return {
    write: async (token, limit) => deliverMessage(mailbox, { token }, limit),
    read: async (token, limit) => copiesOf(mailbox, token, limit),
    remove: async (token, limit) => {
      await fetchMessage(mailbox, token, limit);
    },
  };
}

/** Waits until the message is in the mailbox, and looks at each copy of it. */
async function copiesOf({ imap, account }: Mailbox, token: string, limit: TimeLimit): Promise<number> {
  const session = await ImapSession.open(imap, account, limit);
  try {
    for (;;) {
      const copies = await session.withHeader('X-DBSS-Token', token);
      for (const copy of copies) {
        const message = await session.message(copy);
        if (!message.includes(`\r\n\r\nA message with the token ${token}.\r\n`))
          throw new Error('the message is not the one that was sent');
      }
      if (copies.length > 0) return copies.length;
      await limit.wait('the message in the mailbox', delay(LOOK_AGAIN_MS));
    }
  } finally {
    session.close();
  }
}

/** A file or a page is there once, or not. */
async function once(reading: Promise<void>): Promise<number> {
  await reading;
  return 1;
}

function fileOf(token: string): KnownContent {
  return { name: keptFile(token), content: keptContent(token) };
}
