import type { Place } from '../connect.ts';
import type { DialogueName } from '../dialogues.ts';
import type { Account } from './account.ts';
import type { FtpLogin } from './ftp-work.ts';
import type { KnownContent } from './known-content.ts';
import type { Mailbox } from './mail-work.ts';
import type { ShellLogin } from './ssh-work.ts';
import type { Page } from './web-work.ts';

/**
 * What a client of a service really does with it, as data: from it the lab's client and the agents' examinations know that a service serves and does not only
 * answer.
 */
export type ClientWork =
  /** Deliver a message by SMTP and fetch this very message by IMAP. `tries_room`: send it only where one could be stored in the mailbox. */
  | { readonly kind: 'mail'; readonly mailbox: Mailbox; readonly tries_room?: true }
  /** Log in to a mailbox and open it. */
  | { readonly kind: 'mailbox'; readonly imap: Place; readonly account: Account }
  /** Log in and read a file with known content by a command. */
  | { readonly kind: 'ssh'; readonly login: ShellLogin; readonly file: KnownContent }
  /** Log in and read a file with known content; where it is asked for, write one and read it back. */
  | { readonly kind: 'ftp'; readonly login: FtpLogin; readonly file: KnownContent; readonly upload?: KnownContent }
  | { readonly kind: 'http'; readonly page: Page }
  /** Read one of these pages through a proxy. */
  | { readonly kind: 'proxy'; readonly proxy: Place; readonly pages: readonly Page[] }
  /** For a service of which no more is known: the dialogue of its probe. */
  | { readonly kind: 'dialogue'; readonly place: Place; readonly probe: DialogueName };
