import type { ProbeName } from '../../protocol/ring/ring-configuration.ts';
import type { Place } from './connect.ts';
import { Conversation } from './conversation.ts';
import { httpStatus, reply, unexpected } from './replies.ts';
import type { TimeLimit } from './time-limit.ts';

/** Probes that are dialogues. */
export type DialogueName = Exclude<ProbeName, 'script'>;

/** A short dialogue with a daemon that only a daemon that serves can hold. Throws in words what was wrong. */
type Dialogue = (conversation: Conversation, place: Place) => Promise<void>;

/** Hold the dialogue that a probe names; the connection is closed in any case. */
export async function holdDialogue(probe: DialogueName, place: Place, limit: TimeLimit): Promise<void> {
  const conversation = await Conversation.open(place, limit);
  try {
    await DIALOGUES[probe](conversation, place);
  } finally {
    conversation.close();
  }
}

/** SMTP (RFC 5321): greeting, HELO, QUIT. */
const smtp: Dialogue = async (conversation) => {
  await reply(conversation, 'the SMTP greeting', '220');
  conversation.send('HELO dbss.invalid\r\n');
  await reply(conversation, 'the reply to HELO', '250');
  conversation.send('QUIT\r\n');
  await reply(conversation, 'the reply to QUIT', '221');
};

/** FTP (RFC 959): greeting, QUIT. */
const ftp: Dialogue = async (conversation) => {
  await reply(conversation, 'the FTP greeting', '220');
  conversation.send('QUIT\r\n');
  await reply(conversation, 'the reply to QUIT', '221');
};

/** IMAP (RFC 9051): greeting, LOGOUT. */
const imap: Dialogue = async (conversation) => {
  const greeting = await conversation.line('the IMAP greeting');
  if (!/^\* (OK|PREAUTH)\b/i.test(greeting)) throw unexpected('the IMAP greeting', greeting);
  conversation.send('a1 LOGOUT\r\n');
  for (let lines = 0; lines < 16; lines += 1) {
    const line = await conversation.line('the reply to LOGOUT');
    if (/^a1 OK\b/i.test(line)) return;
    if (!line.startsWith('* ')) throw unexpected('the reply to LOGOUT', line);
  }
  throw new Error('the reply to LOGOUT has no end');
};

const SSH_KEXINIT = 20;

/** SSH (RFC 4253): identification, then the server's first packet, which offers algorithms. */
const ssh: Dialogue = async (conversation) => {
  let identification = await conversation.line('the SSH identification');
  for (let lines = 0; !identification.startsWith('SSH-'); lines += 1) {
    if (lines === 16) throw unexpected('the SSH identification', identification);
    identification = await conversation.line('the SSH identification');
  }
  if (!/^SSH-(2\.0|1\.99)-/.test(identification)) throw unexpected('the SSH identification', identification);
  conversation.send('SSH-2.0-dbss_examination\r\n');
  const packet = await conversation.bytes(6, "the SSH server's algorithms");
  if (packet[5] !== SSH_KEXINIT) throw new Error('the SSH server did not offer its algorithms');
};

/** HTTP/1.1: the front page. An answer of 500 or more says that the service does not serve. */
const http: Dialogue = async (conversation, place) => {
  conversation.send(`GET / HTTP/1.1\r\nHost: ${authority(place)}\r\nUser-Agent: dbss\r\nConnection: close\r\n\r\n`);
  const status = await httpStatus(conversation);
  if (status >= 500) throw new Error(`the HTTP answer was ${String(status)}`);
};

/**
 * A proxy: a request that it has to answer itself, because no hop may follow (`Max-Forwards: 0`), addressed to itself so that no name
 * is looked up. Whether it allows the request is its own affair: any HTTP answer shows that it works.
 */
const proxy: Dialogue = async (conversation, place) => {
  const host = authority(place);
  conversation.send(
    `OPTIONS http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nMax-Forwards: 0\r\nUser-Agent: dbss\r\nConnection: close\r\n\r\n`,
  );
  await httpStatus(conversation);
};

/** Anything that accepts a connection. */
const tcp: Dialogue = async () => {
  await Promise.resolve();
};

const DIALOGUES: Readonly<Record<DialogueName, Dialogue>> = { smtp, imap, ssh, ftp, http, proxy, tcp };

function authority({ address, port }: Place): string {
  return `${address}:${String(port)}`;
}
