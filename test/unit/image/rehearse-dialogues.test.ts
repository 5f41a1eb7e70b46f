import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { imageSources } from '../../../cli/src/image/recipe.ts';

const SCRIPT = path.resolve('vm-images/original-server/rootfs/usr/lib/dbss/rehearse-dialogues');
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A daemon on a free port of this machine; the port and the lines that it was told. */
async function daemon(greet: (socket: Socket) => void, answer: (line: string) => string): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    greet(socket);
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\r\n').slice(0, -1)) {
        heard.push(line);
        socket.write(answer(line));
      }
    });
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { port: (server.address() as { port: number }).port, heard };
}

async function rehearse(...words: string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const script = spawn('perl', [SCRIPT, ...words], { stdio: ['ignore', 'inherit', 'pipe'] });
  let said = '';
  script.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve) => script.on('close', (code) => resolve({ code, said })));
}

describe('the rehearsal in the guest', () => {
  test('logs in by FTP as far as a user gets who does not exist: what a login loads is loaded before it is refused', async () => {
    const ftp = await daemon(
      (socket) => socket.write('220 ready\r\n'),
      (line) => (line.startsWith('PASS') ? '530 Login incorrect.\r\n' : '331 go on\r\n'),
    );
    expect(await rehearse(`vsftpd=${String(ftp.port)}`)).toEqual({ code: 0, said: '' });
    expect(ftp.heard).toEqual(['USER rehearsal', 'PASS rehearsal', 'QUIT']);
  });

  test('talks with each daemon in its turn, and goes on when one does not answer', async () => {
    const imap = await daemon(
      (socket) => socket.write('* OK ready\r\n'),
      (line) => `${line.slice(0, 1)} NO not you\r\n`,
    );
    const web = await daemon(
      () => undefined,
      (line) => (line === '' ? 'HTTP/1.0 200 OK\r\n\r\n' : ''),
    );
    const gone = await daemon(
      (socket) => socket.end(),
      () => '',
    );
    const { code, said } = await rehearse(
      `vsftpd=${String(gone.port)}`,
      'cron',
      `dovecot=${String(imap.port)}`,
      `apache2=${String(web.port)}`,
    );
    expect(code).toBe(0);
    expect(said).toBe('rehearsal of vsftpd: it hung up\n');
    expect(imap.heard).toEqual(['a LOGIN rehearsal rehearsal', 'b LOGOUT']);
    expect(web.heard).toEqual(['HEAD / HTTP/1.0', '']);
  });

  test('knows a dialogue for every daemon that the recipe rehearses, and is over before the daemons are stopped', () => {
    const script = readFileSync(SCRIPT, 'utf8');
    for (const name of imageSources().recipe.rehearsed_daemons) expect(script).toMatch(new RegExp(`^  ${name} => \\[`, 'm'));
    const leave = readFileSync(path.join(path.dirname(SCRIPT), 'leave-rehearsal'), 'utf8');
    expect(leave.indexOf('rehearse-dialogues $DAEMONS')).toBeGreaterThan(0);
    expect(leave.indexOf('rehearse-dialogues $DAEMONS')).toBeLessThan(leave.indexOf('systemctl stop $DAEMONS'));
  });
});
