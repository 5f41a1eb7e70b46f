import { speaking } from './fake-servers.ts';

/** One mailbox behind SMTP and IMAP, as much of it as a check needs. */
export interface FakeMailServer {
  readonly smtp: number;
  readonly imap: number;
  /** Messages in the mailbox by their numbers; the test may change them. */
  readonly messages: Map<number, string>;
  readonly marked: Set<number>;
  /** Changes a message on its way to the mailbox; undefined loses it. */
  deliver: (message: string) => string | undefined;
  /** How many messages were taken by SMTP. */
  taken: number;
  /** Whether there is room for a message that is stored by IMAP. */
  room: boolean;
  /** IMAP commands that are refused. */
  refuses: RegExp | undefined;
}

export async function fakeMailServer(password: string): Promise<FakeMailServer> {
  const messages = new Map<number, string>();
  const marked = new Set<number>();
  let next = 1;
  const store = (message: string): void => {
    const delivered = server.deliver(message);
    if (delivered !== undefined) messages.set(next++, delivered);
  };
  let data: string[] | undefined;
  const smtp = await speaking('220 mail ESMTP\r\n', (line) => {
    if (data !== undefined) {
      if (line !== '.') {
        data.push(line);
        return undefined;
      }
      server.taken += 1;
      store(`${data.join('\r\n')}\r\n`);
      data = undefined;
      return '250 queued\r\n';
    }
    if (line === 'DATA') {
      data = [];
      return '354 go on\r\n';
    }
    return line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n';
  });
  const quoted = `"${password.replaceAll(/["\\]/g, '\\$&')}"`;
  let literal: { readonly tag: string; readonly size: number; text: string } | undefined;
  const imap = await speaking('* OK ready\r\n', (line) => {
    if (literal !== undefined && literal.text.length < literal.size) {
      literal.text += `${line}\r\n`;
      return undefined;
    }
    if (literal !== undefined) {
      const { tag, text } = literal;
      literal = undefined;
      if (!server.room) return `${tag} NO [OVERQUOTA] Not enough disk quota\r\n`;
      messages.set(next++, text);
      return `* ${String(messages.size)} EXISTS\r\n${tag} OK [APPENDUID 1 ${String(next - 1)}] done\r\n`;
    }
    const [tag = '', ...words] = line.split(' ');
    const command = words.join(' ');
    const done = `${tag} OK done\r\n`;
    if (command.startsWith('LOGIN')) return command === `LOGIN "alice" ${quoted}` ? done : `${tag} NO wrong\r\n`;
    if (server.refuses?.test(command) === true) return `${tag} NO not now\r\n`;
    if (command === 'SELECT INBOX' || command === 'NOOP') return `* ${String(messages.size)} EXISTS\r\n${done}`;
    const append = /^APPEND INBOX \{(\d+)\}$/.exec(command);
    if (append !== null) {
      literal = { tag, size: Number(append[1]), text: '' };
      return '+ go on\r\n';
    }
    const search = /^UID SEARCH (?:(\d+):(\d+|\*) )?UNDELETED HEADER (\S+) "(.*)"$/.exec(command);
    if (search !== null) {
      const [, first = '1', last = '*', field = '', text = ''] = search;
      const among = [...messages].slice(Number(first) - 1, last === '*' ? undefined : Number(last));
      return `* SEARCH${found(among, field, text)}\r\n${done}`;
    }
    const fetch = /^UID FETCH (\d+) \(BODY\.PEEK\[(.*)\]\)$/.exec(command);
    if (fetch !== null) return `${part(messages.get(Number(fetch[1])), fetch[2] ?? '')}${done}`;
    const uids = (/^UID (?:STORE|EXPUNGE) ([\d,]+)/.exec(command)?.[1] ?? '').split(',').map(Number);
    if (command.startsWith('UID STORE')) for (const uid of uids) marked.add(uid);
    if (command.startsWith('UID EXPUNGE')) for (const uid of uids.filter((each) => marked.has(each))) messages.delete(uid);
    return done;
  });
  const server: FakeMailServer = {
    smtp,
    imap,
    messages,
    marked,
    deliver: (message) => message,
    taken: 0,
    room: true,
    refuses: undefined,
  };
  return server;
}

function found(messages: readonly (readonly [number, string])[], field: string, text: string): string {
  return messages
    .filter(([, message]) => message.split('\r\n').some((line) => line.startsWith(`${field}: `) && line.includes(text)))
    .map(([uid]) => ` ${String(uid)}`)
    .join('');
}

function part(message: string | undefined, asked: string): string {
  if (message === undefined) return '';
  const field = /^HEADER\.FIELDS \((.*)\)$/.exec(asked)?.[1];
  const text = field === undefined ? message : `${message.split('\r\n').find((line) => line.startsWith(`${field}: `)) ?? ''}\r\n\r\n`;
  return `* 1 FETCH (UID 1 BODY[${asked}] {${String(text.length)}}\r\n${text})\r\n`;
}
