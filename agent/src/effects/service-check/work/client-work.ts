import type { ProbeName } from '../../../protocol/ring/ring-configuration.ts';
import { reasonOf } from '../../reason-of.ts';
import type { Place } from '../connect.ts';
import { holdDialogue } from '../dialogues.ts';
import { type Limits, type TimeLimit, within } from '../time-limit.ts';
import { type FtpLogin, useFtp } from './ftp-work.ts';
import type { KnownContent } from './known-content.ts';
import { type Mailbox, useMail } from './mail-work.ts';
import { runCommand, type ShellLogin } from './ssh-work.ts';
import { type Page, usePage, useProxy } from './web-work.ts';

/**
 * What a client of a service really does with it, as data: from it the lab's client and the agents' examinations know that a service serves and does not only
 * answer.
 */
export type ClientWork =
  /** Deliver a message by SMTP and fetch this very message by IMAP. */
  | { readonly kind: 'mail'; readonly mailbox: Mailbox }
  /** Log in and read a file with known content by a command. */
  | { readonly kind: 'ssh'; readonly login: ShellLogin; readonly file: KnownContent }
  /** Log in and read a file with known content; where it is asked for, write one and read it back. */
  | { readonly kind: 'ftp'; readonly login: FtpLogin; readonly file: KnownContent; readonly upload?: KnownContent }
  | { readonly kind: 'http'; readonly page: Page }
  /** Read one of these pages through a proxy. */
  | { readonly kind: 'proxy'; readonly proxy: Place; readonly pages: readonly Page[] }
  /** For a service of which no more is known: the dialogue of its probe. */
  | { readonly kind: 'dialogue'; readonly place: Place; readonly probe: ProbeName };

/**
 * Do a client's work once. All connections are closed when this ends, at the deadline at the latest.
 *
 * @param breakingOff ends it before
 * @throws Error in words: what was awaited, or what was wrong
 */
export async function doClientWork(work: ClientWork, limits: Limits, breakingOff?: AbortSignal): Promise<void> {
  try {
    await within(limits, (limit) => use(work, limit), breakingOff);
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

async function use(work: ClientWork, limit: TimeLimit): Promise<void> {
  switch (work.kind) {
    case 'mail':
      await useMail(work.mailbox, limit);
      return;
    case 'ssh':
      await runCommand(work.login, readCommand(work.file.name), work.file.content, limit);
      return;
    case 'ftp':
      await useFtp(work.login, work.file, work.upload, limit);
      return;
    case 'http':
      await usePage(work.page, limit);
      return;
    case 'proxy':
      await useProxy(work.proxy, work.pages, limit);
      return;
    case 'dialogue':
      await holdDialogue(work.probe, work.place, limit);
  }
}

/** The command by which a file in the home directory is read. */
function readCommand(name: string): string {
  return `cat './${name.replaceAll("'", `'\\''`)}'`;
}
