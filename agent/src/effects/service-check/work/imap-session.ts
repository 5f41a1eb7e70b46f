import { randomInt } from 'node:crypto';
import type { Place } from '../connect.ts';
import { Conversation } from '../conversation.ts';
import { unexpected } from '../replies.ts';
import type { TimeLimit } from '../time-limit.ts';
import type { Account } from './account.ts';

/** One line of an answer, with what came in it as a literal. */
interface AnswerLine {
  readonly text: string;
  readonly literals: readonly Buffer[];
}

/** What an IMAP server says to a command. */
interface ImapAnswer {
  /** Before the last line. */
  readonly lines: readonly AnswerLine[];
  /** The last line. */
  readonly ok: string;
}

/** So many messages are searched at once: more numbers do not fit into one line of an answer. */
const MOST_SEARCHED = 200;
const LONGEST_ANSWER_LINES = 1_000;
const LONGEST_LITERAL_BYTES = 32_768;

/** A mailbox opened over IMAP (RFC 9051): the few commands that finding, storing, reading and removing single messages takes. */
export class ImapSession {
  readonly #conversation: Conversation;
  #commands = 0;
  /** How many messages the inbox has, as far as the server has said. */
  #exist = 0;

  /** Log in and open the inbox. */
  static async open(place: Place, account: Account, limit: TimeLimit): Promise<ImapSession> {
    const conversation = await Conversation.open(place, limit);
    const session = new ImapSession(conversation);
    try {
      const greeting = await conversation.line('the IMAP greeting');
      if (!/^\* OK\b/i.test(greeting)) throw unexpected('the IMAP greeting', greeting);
      await session.#ask(`LOGIN ${quoted(account.user)} ${quoted(account.password)}`, 'the reply to LOGIN');
      await session.#ask('SELECT INBOX', 'the reply to SELECT');
      return session;
    } catch (error) {
      conversation.close();
      throw error;
    }
  }

  private constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /** Messages whose header field holds this text, those that came since the session was opened among them. Many of them do not fit into the answer. */
  async withHeader(field: string, text: string): Promise<readonly number[]> {
    await this.#ask('NOOP', 'the reply to NOOP');
    return this.#search('1:*', field, text);
  }

  /** The same among the messages that came last, however many others there are. */
  async newestWithHeader(field: string, text: string): Promise<readonly number[]> {
    await this.#ask('NOOP', 'the reply to NOOP');
    return this.#search(`${String(Math.max(1, this.#exist - MOST_SEARCHED + 1))}:*`, field, text);
  }

  /** The same among some of the messages, other ones each time: all of them in the course of time. */
  async someWithHeader(field: string, text: string): Promise<readonly number[]> {
    if (this.#exist === 0) return [];
    const first = 1 + MOST_SEARCHED * randomInt(Math.ceil(this.#exist / MOST_SEARCHED));
    return this.#search(`${String(first)}:${String(Math.min(first + MOST_SEARCHED - 1, this.#exist))}`, field, text);
  }

  /**
   * Store a message in the inbox.
   * @returns its number there, where the server says it
   */
  async append(message: string): Promise<number | undefined> {
    const { ok } = await this.#ask(`APPEND INBOX {${String(Buffer.byteLength(message))}}`, 'the reply to APPEND', message);
    const uid = /\[APPENDUID \d+ (\d+)\]/i.exec(ok)?.[1];
    return uid === undefined ? undefined : Number(uid);
  }

  async #search(numbers: string, field: string, text: string): Promise<readonly number[]> {
    if (this.#exist === 0) return [];
    const { lines } = await this.#ask(`UID SEARCH ${numbers} UNDELETED HEADER ${field} ${quoted(text)}`, 'the reply to SEARCH');
    return lines.flatMap((line) => (/^\* SEARCH\b(.*)$/i.exec(line.text)?.[1] ?? '').split(' ').filter(Boolean).map(Number));
  }

  /** A message as it was stored. */
  async message(uid: number): Promise<string> {
    const message = await this.#part(uid, 'BODY.PEEK[]');
    if (message === undefined) throw new Error('the reply to FETCH has no message in it');
    return message;
  }

  /** One field of a message's header, with its name; undefined when somebody has removed the message meanwhile. */
  async headerField(uid: number, field: string): Promise<string | undefined> {
    return this.#part(uid, `BODY.PEEK[HEADER.FIELDS (${field})]`);
  }

  /** Remove these messages and no other ones that somebody marked. */
  async remove(uids: readonly number[]): Promise<void> {
    if (uids.length === 0) return;
    const set = uids.join(',');
    await this.#ask(`UID STORE ${set} +FLAGS.SILENT (\\Deleted)`, 'the reply to STORE');
    await this.#ask(`UID EXPUNGE ${set}`, 'the reply to EXPUNGE');
  }

  async logOut(): Promise<void> {
    await this.#ask('LOGOUT', 'the reply to LOGOUT');
  }

  close(): void {
    this.#conversation.close();
  }

  async #part(uid: number, part: string): Promise<string | undefined> {
    const { lines } = await this.#ask(`UID FETCH ${String(uid)} (${part})`, 'the reply to FETCH');
    return lines.find(({ text }) => /^\* \d+ FETCH\b/i.test(text))?.literals[0]?.toString('utf8');
  }

  /**
   * Send a command. The last line of its answer must say OK.
   * @param literal what the command announces at its end; it is sent when the server is ready for it
   */
  async #ask(command: string, what: string, literal?: string): Promise<ImapAnswer> {
    const tag = `a${String(++this.#commands)}`;
    this.#conversation.send(`${tag} ${command}\r\n`);
    const lines: AnswerLine[] = [];
    while (lines.length < LONGEST_ANSWER_LINES) {
      const line = await this.#line(what);
      if (line.text.startsWith('* ')) {
        lines.push(line);
        this.#count(line.text);
      } else if (literal !== undefined && line.text.startsWith('+')) this.#conversation.send(`${literal}\r\n`);
      else if (new RegExp(`^${tag} OK\\b`, 'i').test(line.text)) return { lines, ok: line.text };
      else throw unexpected(what, line.text);
    }
    throw new Error(`${what} has no end`);
  }

  #count(line: string): void {
    const [, number, what] = /^\* (\d+) (EXISTS|EXPUNGE)\b/i.exec(line) ?? [];
    if (what === undefined) return;
    this.#exist = what.toUpperCase() === 'EXISTS' ? Number(number) : Math.max(0, this.#exist - 1);
  }

  /** A line may go on after a literal: `{17}`, 17 bytes, and the rest of the line. */
  async #line(what: string): Promise<AnswerLine> {
    const literals: Buffer[] = [];
    let text = '';
    for (;;) {
      text += await this.#conversation.line(what);
      const size = /\{(\d+)\}$/.exec(text)?.[1];
      if (size === undefined) return { text, literals };
      if (Number(size) > LONGEST_LITERAL_BYTES) throw new Error(`${what} announces ${size} bytes, more than a check message has`);
      literals.push(await this.#conversation.bytes(Number(size), what));
    }
  }
}

/** A quoted string of IMAP. */
function quoted(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) throw new Error('only printable ASCII can be said to an IMAP server here');
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
