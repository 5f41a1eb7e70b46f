import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlSocket } from '../../../agent/src/runtime/control-socket.ts';

let directory: string;
let path: string;
let socket: ControlSocket;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dbss-control-'));
  path = join(directory, 'agent.sock');
  writeFileSync(path, 'left by a dead agent');
  socket = new ControlSocket(path, {
    status: () => ({ server: 'ftp' }),
    broken: () => {
      throw new Error('not now');
    },
    later: () => Promise.resolve({ came: 'later' }),
    refused: () => Promise.reject(new Error('not ever')),
  });
  await socket.listen();
});
afterEach(() => {
  socket.close();
  rmSync(directory, { recursive: true });
});

async function ask(text: string): Promise<unknown> {
  const answer = await new Promise<string>((resolve, reject) => {
    let received = '';
    const client = createConnection(path, () => client.write(text));
    client.on('data', (chunk: Buffer) => (received += chunk.toString()));
    client.on('error', reject);
    client.on('close', () => resolve(received));
  });
  expect(answer.endsWith('\n')).toBe(true);
  return JSON.parse(answer);
}

describe('the control socket', () => {
  test('answers a line with a line and hangs up', async () => {
    expect(await ask('{"command":"status"}\n')).toEqual({ server: 'ftp' });
  });

  test('is for its owner only', () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('says which commands it knows', async () => {
    expect(await ask('{"command":"toString"}\n')).toEqual({ error: 'no such command; known are status, broken, later, refused' });
    expect(await ask('[]\n')).toMatchObject({ error: expect.stringContaining('no such command') });
  });

  test('says what is wrong with a line that is no JSON', async () => {
    expect(await ask('status\n')).toMatchObject({ error: expect.any(String) });
  });

  test('waits for an answer that takes its time', async () => {
    expect(await ask('{"command":"later"}\n')).toEqual({ came: 'later' });
  });

  test('says why a command failed', async () => {
    expect(await ask('{"command":"broken"}\n')).toEqual({ error: 'not now' });
    expect(await ask('{"command":"refused"}\n')).toEqual({ error: 'not ever' });
  });

  test('does not take in more than a line may have', async () => {
    expect(await ask('x'.repeat(20_000))).toEqual({ error: 'the request is too long' });
  });
});
