import { Writable } from 'node:stream';
import type { ProbeName } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import type { ClientTask } from './client-task.ts';
import { LineConversation } from './line-conversation.ts';

/** Use a service once, as a client does; throws in words what was wrong, at the signal at the latest. */
export type Use = (task: ClientTask, signal: AbortSignal) => Promise<void>;

/** How the client uses each kind of service. FTP and HTTP read the file on the shared storage. */
export const USES: Readonly<Record<ProbeName, Use>> = {
  ftp: useFtp,
  http: useHttp,
  proxy: conversation(async (talk, { address, port }) => {
    talk.send(`OPTIONS http://${address}:${port}/ HTTP/1.1\r\nHost: ${address}:${port}\r\nMax-Forwards: 0\r\nConnection: close\r\n\r\n`);
    await talk.expect(/^HTTP\/1\.[01] [1-5]\d\d[^\n]*\n/);
  }),
  smtp: conversation(async (talk) => {
    await talk.expect(/^220 [^\n]*\n/m, /^[45]\d\d [^\n]*\n/m);
    talk.send('EHLO client.invalid\r\n');
    await talk.expect(/^250 [^\n]*\n/m, /^[45]\d\d [^\n]*\n/m);
    talk.send('QUIT\r\n');
    await talk.expect(/^221 [^\n]*\n/m);
  }),
  imap: conversation(async (talk) => {
    await talk.expect(/^\* (OK|PREAUTH)[^\n]*\n/, /^\* BYE[^\n]*\n/);
    talk.send('a1 LOGOUT\r\n');
    await talk.expect(/^a1 OK[^\n]*\n/m, /^a1 (NO|BAD)[^\n]*\n/m);
  }),
  ssh: conversation(async (talk) => {
    await talk.expect(/^SSH-(2\.0|1\.99)-[^\n]*\n/m);
    talk.send('SSH-2.0-client\r\n');
    // Its first packet: length, padding, and 20 for the offer of algorithms.
    await talk.expect(/^[^]{5}\x14/);
  }),
  tcp: conversation(async (talk) => {
    talk.send('\r\n');
    await Promise.resolve();
  }),
};

async function useFtp(task: ClientTask, signal: AbortSignal): Promise<void> {
  const { Client } = await import('basic-ftp');
  const client = new Client(task.timeout_ms);
  signal.addEventListener('abort', () => client.close(), { once: true });
  try {
    await client.connect(task.address, task.port);
    await client.login(task.user, task.password);
    await client.send('TYPE I');
    const file = collector();
    await client.downloadTo(file.stream, task.file);
    checkContent(task, file.text());
    await client.send('QUIT');
  } catch (error) {
    throw signal.aborted ? new Error('no answer in time') : error;
  } finally {
    client.close();
  }
}

async function useHttp(task: ClientTask, signal: AbortSignal): Promise<void> {
  const talk = new LineConversation(task.address, task.port, signal);
  try {
    talk.send(`GET /${task.file} HTTP/1.0\r\nHost: ${task.address}\r\n\r\n`);
    await talk.expect(/^HTTP\/1\.[01] 200[^\n]*\n/, /^[^\n]*\n/);
    await talk.expect(/\r?\n\r?\n/);
    checkContent(task, await talk.rest());
  } finally {
    talk.close();
  }
}

function checkContent(task: ClientTask, content: string): void {
  if (content !== task.content) throw new Error(`${task.file} does not hold what stands on the shared storage`);
}

function conversation(dialogue: (talk: LineConversation, task: ClientTask) => Promise<void>): Use {
  return async (task, signal) => {
    const talk = new LineConversation(task.address, task.port, signal);
    try {
      await dialogue(talk, task);
    } finally {
      talk.close();
    }
  };
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
