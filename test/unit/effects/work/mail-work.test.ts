import { randomUUID } from 'node:crypto';
import type { Mailbox } from '../../../../agent/src/effects/service-check/work/mail-work.ts';
import { deliverMessage, fetchMessage } from '../../../../agent/src/effects/service-check/work/mail-work.ts';
import { within } from '../../../../agent/src/effects/service-check/time-limit.ts';
import { doClientWork } from '../../../../agent/src/effects/service-check/work/do-client-work.ts';
import { type FakeMailServer, fakeMailServer } from './fake-mail-server.ts';
import { closeAll, openConnections } from './fake-servers.ts';

const PASSWORD = 'qu"ote\\d';
const NOW_S = Math.floor(Date.now() / 1000);
let server: FakeMailServer;

beforeEach(async () => {
  server = await fakeMailServer(PASSWORD);
});
afterEach(closeAll);

function mailbox(password = PASSWORD): Mailbox {
  return {
    smtp: { address: '127.0.0.1', port: server.smtp },
    imap: { address: '127.0.0.1', port: server.imap },
    recipient: 'alice@[127.0.0.1]',
    account: { user: 'alice', password },
  };
}

async function use(whole_ms = 2_000, password = PASSWORD): Promise<void> {
  await doClientWork({ kind: 'mail', mailbox: mailbox(password), tries_room: true }, { whole_ms });
}

test('the message that was delivered is fetched and removed: a mailbox does not grow', async () => {
  server.messages.set(1000, 'Subject: a letter of somebody else\r\n\r\nhello\r\n');
  await use();
  await use();
  expect([...server.messages.keys()]).toEqual([1000]);
});

test('check messages that nobody waits for any more are removed, those of a check under way and marked letters are not', async () => {
  server.messages.set(1001, `X-DBSS-Check: dbss ${String(NOW_S - 3_600)}\r\n\r\nold\r\n`);
  server.messages.set(1002, `X-DBSS-Check: dbss ${String(NOW_S - 5)}\r\n\r\nof another client\r\n`);
  server.messages.set(1003, 'Subject: marked by its owner\r\n\r\nhello\r\n');
  server.marked.add(1003);
  await use();
  expect([...server.messages.keys()]).toEqual([1002, 1003]);
});

test('a message that is taken and does not arrive is a failure at the deadline, and nothing stays in the mailbox', async () => {
  server.deliver = () => undefined;
  await expect(use(300)).rejects.toThrow('the message that was sent in the mailbox did not come within 0.30 s');
  expect(server.messages.size).toBe(0);
});

test('while a mailbox has no room nothing is sent that the mail server would have to keep', async () => {
  server.room = false;
  await expect(use()).rejects.toThrow('the reply to APPEND was "a3 NO [OVERQUOTA] Not enough disk quota"');
  expect(server.taken).toBe(0);
});

test('a client that tries no room beforehand sends its message at once', async () => {
  server.room = false;
  await doClientWork({ kind: 'mail', mailbox: mailbox() }, { whole_ms: 2_000 });
  expect(server.taken).toBe(1);
});

test('thousands of check messages that were left over do not keep a new one from being found, and get fewer', async () => {
  for (let uid = 1; uid <= 9_000; uid += 1)
    server.messages.set(uid + 1_000_000, `X-DBSS-Check: dbss ${String(NOW_S - 3_600)}\r\n\r\nold\r\n`);
  await use();
  expect(server.messages.size).toBe(8_980);
});

test('messages that cannot be cleared away do not make the service abnormal', async () => {
  server.messages.set(1001, `X-DBSS-Check: dbss ${String(NOW_S - 3_600)}\r\n\r\nold\r\n`);
  server.refuses = /HEADER\.FIELDS/;
  await use();
  expect([...server.messages.keys()]).toEqual([1001]);
});

test('a message that arrives changed is a failure', async () => {
  server.deliver = (message) => message.replace('A message', 'Something else');
  await expect(use()).rejects.toThrow('the message in the mailbox is not the one that was sent');
});

test('a login that is refused says so', async () => {
  await expect(use(2_000, 'wrong')).rejects.toThrow('the reply to LOGIN was "a1 NO wrong"');
});

test('work that is broken off says so, and leaves no connection open', async () => {
  server.deliver = () => undefined;
  const breakingOff = new AbortController();
  const working = doClientWork({ kind: 'mail', mailbox: mailbox() }, { whole_ms: 10_000 }, breakingOff.signal);
  setTimeout(() => breakingOff.abort(), 100);
  await expect(working).rejects.toThrow('broken off while waiting for');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(openConnections()).toBe(0);
});

test('a message delivered before is fetched later, and no check removes it meanwhile', async () => {
  const token = randomUUID();
  await within({ whole_ms: 2_000 }, (limit) => deliverMessage(mailbox(), { token }, limit));
  await use();
  expect(server.messages.size).toBe(1);
  await within({ whole_ms: 2_000 }, (limit) => fetchMessage(mailbox(), token, limit));
  expect(server.messages.size).toBe(0);
});
