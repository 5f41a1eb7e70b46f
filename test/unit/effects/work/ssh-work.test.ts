import ssh2 from 'ssh2';
import { doClientWork } from '../../../../agent/src/effects/service-check/work/do-client-work.ts';
import { type CommandAnswer, fakeLoginServer } from './fake-login-server.ts';
import { closeAll, listening } from './fake-servers.ts';

const keys = ssh2.utils.generateKeyPairSync('ed25519');
const otherKeys = ssh2.utils.generateKeyPairSync('ed25519');
const publicKey = (pair: typeof keys): string => pair.public.split(' ')[1] ?? '';
const FILE = { name: "it's known.txt", content: 'what is known\n' };

afterEach(closeAll);

const loginServer = async (answer: (command: string) => CommandAnswer): Promise<number> => fakeLoginServer(keys.private, answer);

async function logIn(port: number, options: { password?: string; hostKeys?: readonly string[]; whole_ms?: number } = {}): Promise<void> {
  const { password = 'secret', hostKeys = [publicKey(keys)], whole_ms = 5_000 } = options;
  const login = { place: { address: '127.0.0.1', port }, account: { user: 'alice', password }, hostKeys };
  await doClientWork({ kind: 'ssh', login, file: FILE }, { whole_ms });
}

test('a login and a command whose output is right pass, with the host key that is known or where none is', async () => {
  const commands: string[] = [];
  const port = await loginServer((command) => {
    commands.push(command);
    return { output: FILE.content, status: 0 };
  });
  await logIn(port);
  await logIn(port, { hostKeys: [] });
  expect(commands).toEqual([`cat './it'\\''s known.txt'`, `cat './it'\\''s known.txt'`]);
});

test.each([
  ['another host key', { hostKeys: [publicKey(otherKeys)] }, /waiting for the login: /],
  ['a password that is not taken', { password: 'wrong' }, /waiting for the login: .*authentication/],
])('%s fails', async (_what, options, reason) => {
  const port = await loginServer(() => ({ output: FILE.content, status: 0 }));
  await expect(logIn(port, options)).rejects.toThrow(reason);
});

test.each([
  ['that says something else', { output: 'other\n', status: 0 }, 'the command did not say what it should'],
  ['that fails', { output: '', status: 1 }, 'the command ended with exit code 1: no such file'],
])('a command %s fails', async (_what, answer, reason) => {
  const port = await loginServer(() => answer);
  await expect(logIn(port)).rejects.toThrow(reason);
});

test('a server that accepts and never answers fails at the deadline', async () => {
  const port = await listening(() => undefined);
  await expect(logIn(port, { whole_ms: 200 })).rejects.toThrow('the login did not come within 0.20 s');
});
