import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { checkService } from '../../../agent/src/effects/service-check/check-service.ts';
import { ConnectionRefused } from '../../../agent/src/effects/service-check/connection-refused.ts';
import type { ProbeName } from '../../../agent/src/protocol/ring/ring-configuration.ts';

let server: Server | undefined;
const accepted: Socket[] = [];

afterEach(() => {
  server?.close();
  for (const socket of accepted.splice(0)) socket.destroy();
});

/** A daemon on loopback that greets and answers each line that comes with the next reply. */
async function daemon(greeting: string | Buffer, ...replies: (string | Buffer)[]): Promise<number> {
  const listening = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => socket.destroy());
    if (greeting.length > 0) socket.write(greeting);
    let next = 0;
    socket.on('data', () => {
      const reply = replies[next];
      next += 1;
      if (reply !== undefined) socket.write(reply);
    });
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return (listening.address() as AddressInfo).port;
}

async function examine(probe: ProbeName, port: number, timeout_ms = 2_000): Promise<void> {
  await checkService('127.0.0.1', { daemon: 'tested', probe, port }, timeout_ms);
}

const KEXINIT = Buffer.from([0, 0, 4, 0x1c, 10, 20]);

describe('service examination', () => {
  test.each<[ProbeName, string, (string | Buffer)[]]>([
    ['smtp', '220-a\r\n220 mail ESMTP\r\n', ['250 mail\r\n', '221 Bye\r\n']],
    ['ftp', '220 (vsFTPd 3.0.3)\r\n', ['221 Goodbye.\r\n']],
    ['imap', '* OK [CAPABILITY IMAP4rev1] ready.\r\n', ['* BYE Logging out\r\na1 OK Logout completed.\r\n']],
    ['ssh', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n', [KEXINIT]],
    ['http', '', ['HTTP/1.1 200 OK\r\nServer: Apache\r\n\r\nhello']],
    ['http', '', ['HTTP/1.1 404 Not Found\r\n\r\n']],
    ['proxy', '', ['HTTP/1.1 403 Forbidden\r\nServer: squid\r\n\r\n']],
    ['proxy', '', ['HTTP/1.1 503 Service Unavailable\r\nServer: squid\r\n\r\n']],
    ['tcp', '', []],
  ])('%s: a daemon that serves passes', async (probe, greeting, replies) => {
    await expect(examine(probe, await daemon(greeting, ...replies))).resolves.toBeUndefined();
  });

  test.each<[ProbeName, string, (string | Buffer)[], string]>([
    ['smtp', '554 no service\r\n', [], 'the SMTP greeting was "554 no service"'],
    ['smtp', '220 mail\r\n', ['421 shutting down\r\n'], 'the reply to HELO was "421 shutting down"'],
    ['ftp', '421 too many users\r\n', [], 'the FTP greeting was "421 too many users"'],
    ['imap', '* BYE disk full\r\n', [], 'the IMAP greeting was'],
    ['ssh', 'Exceeded MaxStartups\r\n', [], 'the SSH identification did not come within'],
    ['http', '', ['HTTP/1.1 503 Service Unavailable\r\n\r\n'], 'the HTTP answer was 503'],
    ['http', '', ['SSH-2.0-x\r\n'], 'the HTTP answer was "SSH-2.0-x"'],
    ['proxy', '', ['hello\r\n'], 'the HTTP answer was "hello"'],
  ])('%s: a daemon that does not serve fails with the reason in words', async (probe, greeting, replies, reason) => {
    await expect(examine(probe, await daemon(greeting, ...replies), 200)).rejects.toThrow(reason);
  });

  test('the reason names the daemon and where it is', async () => {
    const port = await daemon('');
    server?.close();
    await expect(examine('ftp', port)).rejects.toThrow(`tested at 127.0.0.1:${String(port)}: `);
  });

  test('a port where nobody listens is a refused connection', async () => {
    const port = await daemon('');
    await new Promise((resolve) => server?.close(resolve));
    await expect(examine('tcp', port)).rejects.toThrow('connection refused');
    await expect(examine('tcp', port)).rejects.toBeInstanceOf(ConnectionRefused);
  });

  test('a daemon that says nothing fails at the deadline, which counts for the whole dialogue', async () => {
    const started_ms = performance.now();
    await expect(examine('smtp', await daemon('220 mail\r\n'), 150)).rejects.toThrow('the reply to HELO did not come within 0.15 s');
    expect(performance.now() - started_ms).toBeLessThan(1_000);
  });

  test('a daemon that floods is cut off', async () => {
    await expect(examine('ssh', await daemon(Buffer.alloc(200_000, 'x')))).rejects.toThrow(/no end of line|more than 65536 bytes/);
  });

  test('a daemon that hangs up says so', async () => {
    const listening = createServer((socket) => socket.end('220-wait\r\n'));
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    await expect(examine('ftp', (listening.address() as AddressInfo).port)).rejects.toThrow('closed instead of the FTP greeting');
  });

  test('no connection is left open', async () => {
    await examine('tcp', await daemon(''));
    await new Promise<void>((resolve) => server?.close(() => resolve()));
  });
});
