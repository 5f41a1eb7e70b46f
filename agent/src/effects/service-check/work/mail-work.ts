import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Place } from '../connect.ts';
import { Conversation } from '../conversation.ts';
import { reply } from '../replies.ts';
import type { TimeLimit } from '../time-limit.ts';
import type { Account } from './account.ts';
import { ImapSession } from './imap-session.ts';

/** A mailbox, where mail for it is taken, and where it is read. */
export interface Mailbox {
  readonly smtp: Place;
  readonly imap: Place;
  /** e.g. `alice@[198.18.0.111]` */
  readonly recipient: string;
  readonly account: Account;
}

const TOKEN = 'X-DBSS-Token';
/** Only in messages of checks, which every check may remove: `dbss` and when it was sent, as a UNIX time. */
const CHECK = 'X-DBSS-Check';
const LOOK_AGAIN_MS = 50;
/** A check message that is older than any check lasts has nobody who waits for it. */
const LEFT_OVER_AFTER_S = 600;
/** So many left-over messages are looked at in one check. */
const MOST_LOOKED_AT = 20;

/**
 * Deliver a message with a token that no other has by SMTP, and fetch this very message by IMAP. It is removed then, and so are some of those that earlier checks left
 * behind, so that the mailbox does not grow.
 *
 * @param options.tries_room store a message by IMAP before: what a mail server cannot deliver it keeps for days, and checks of a mailbox without room would fill its queue
 */
export async function useMail(
  { mailbox, tries_room = false }: { readonly mailbox: Mailbox; readonly tries_room?: boolean },
  limit: TimeLimit,
): Promise<void> {
  const token = randomUUID();
  const now_s = Math.floor(Date.now() / 1000);
  const check = `${CHECK}: dbss ${String(now_s)}`;
  // Both at once: a client that logs in while a message is on its way to it.
  const opening = openedInbox(mailbox, tries_room ? `Subject: DBSS tries whether there is room\r\n${check}\r\n\r\n` : undefined, limit);
  const message = { token, fields: [check], ...(tries_room ? { after: opening } : {}) };
  // While the message is sent: what is written for the trial is not to be waited for on the way.
  const opened = opening.then(async ({ session, trial }) => {
    await session.remove(trial);
    return session;
  });
  const [session] = await Promise.all([opened, deliverMessage(mailbox, message, limit)]);
  try {
    await session.remove([await arrival(session, () => session.newestWithHeader(TOKEN, token), token, limit)]);
    await clearAway(session, now_s);
  } finally {
    session.close();
  }
}

/** @returns the mailbox, and the number of the message that was stored in it */
async function openedInbox(
  { imap, account }: Mailbox,
  message: string | undefined,
  limit: TimeLimit,
): Promise<{ readonly session: ImapSession; readonly trial: readonly number[] }> {
  const session = await ImapSession.open(imap, account, limit);
  try {
    const uid = message === undefined ? undefined : await session.append(message);
    return { session, trial: uid === undefined ? [] : [uid] };
  } catch (error) {
    session.close();
    throw error;
  }
}

/**
 * Hand a message over by SMTP. When this returns the server has taken it upon itself to deliver it.
 * @param message.after what has to have succeeded before it is sent
 */
export async function deliverMessage(
  { smtp, recipient }: Pick<Mailbox, 'smtp' | 'recipient'>,
  { token, fields = [], after }: { readonly token: string; readonly fields?: readonly string[]; readonly after?: Promise<unknown> },
  limit: TimeLimit,
): Promise<void> {
  const conversation = await Conversation.open(smtp, limit);
  const said = async (text: string, what: string, code: string): Promise<void> => {
    conversation.send(`${text}\r\n`);
    await reply(conversation, what, code);
  };
  try {
    await reply(conversation, 'the SMTP greeting', '220');
    await said('HELO dbss.invalid', 'the reply to HELO', '250');
    // Nobody to tell when it cannot be delivered: whoever waits for it finds out.
    await said('MAIL FROM:<>', 'the reply to MAIL', '250');
    await said(`RCPT TO:<${recipient}>`, 'the reply to RCPT', '250');
    await after;
    await said('DATA', 'the reply to DATA', '354');
    const header = [`From: DBSS <dbss@dbss.invalid>`, `To: <${recipient}>`, `Subject: DBSS ${token}`, `${TOKEN}: ${token}`, ...fields];
    await said([...header, '', bodyOf(token), '.'].join('\r\n'), 'the reply to the message', '250');
    await said('QUIT', 'the reply to QUIT', '221');
  } finally {
    conversation.close();
  }
}

/**
 * Fetch the message with this token, which was delivered before, and remove it.
 * @returns how many copies of it there were
 */
export async function fetchMessage({ imap, account }: Pick<Mailbox, 'imap' | 'account'>, token: string, limit: TimeLimit): Promise<number> {
  const session = await ImapSession.open(imap, account, limit);
  try {
    const search = async (): Promise<readonly number[]> => session.withHeader(TOKEN, token);
    await arrival(session, search, token, limit);
    const copies = await search();
    await session.remove(copies);
    await session.logOut();
    return copies.length;
  } finally {
    session.close();
  }
}

/** Log in to a mailbox and open it, as whoever reads mail does. */
export async function openMailbox(imap: Place, account: Account, limit: TimeLimit): Promise<void> {
  const session = await ImapSession.open(imap, account, limit);
  try {
    await session.logOut();
  } finally {
    session.close();
  }
}

/** Wait until the message is in the mailbox, whole. @returns its number there */
async function arrival(session: ImapSession, search: () => Promise<readonly number[]>, token: string, limit: TimeLimit): Promise<number> {
  for (;;) {
    const [uid] = await search();
    if (uid !== undefined) {
      const message = await session.message(uid);
      if (message.includes(`\r\n\r\n${bodyOf(token)}\r\n`)) return uid;
      throw new Error('the message in the mailbox is not the one that was sent');
    }
    await limit.wait('the message that was sent in the mailbox', delay(LOOK_AGAIN_MS));
  }
}

/**
 * Remove messages of earlier checks, which were not fetched in time. That this fails says nothing about the service, which has done its work: the next check tries again, and those
 * of other messages.
 */
async function clearAway(session: ImapSession, now_s: number): Promise<void> {
  try {
    await session.remove(await leftOver(session, now_s));
    await session.logOut();
  } catch {
    // Nobody to tell: what is left over is there for the next check.
  }
}

async function leftOver(session: ImapSession, now_s: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (const uid of (await session.someWithHeader(CHECK, 'dbss')).slice(0, MOST_LOOKED_AT)) {
    const sent_s = / dbss (\d+)/.exec((await session.headerField(uid, CHECK)) ?? '')?.[1];
    if (sent_s !== undefined && now_s - Number(sent_s) > LEFT_OVER_AFTER_S) found.push(uid);
  }
  return found;
}

function bodyOf(token: string): string {
  return `A message with the token ${token}.`;
}
