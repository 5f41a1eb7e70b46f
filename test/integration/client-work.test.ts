import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import type { ClientWork } from '../../agent/src/effects/service-check/work/client-work.ts';
import { fakeFtpServer } from '../unit/effects/work/fake-ftp-server.ts';
import { fakeLoginServer } from '../unit/effects/work/fake-login-server.ts';
import { closeAll } from '../unit/effects/work/fake-servers.ts';
import type { WorkResult } from './drivers/client-work.ts';

const root = path.resolve(import.meta.dirname, '../..');
const BUILT = path.join(root, 'agent/dist/client-work.mjs');
const UNIT = path.join(root, 'ansible/roles/agent/files/rootfs/etc/systemd/system/dbss-agent.service');
/** A program that has just been built is started for the first time. */
const LIMIT_MS = 15_000;
const ACCOUNT = { user: 'alice', password: 'secret' };
const FILE = { name: 'dbss-check.txt', content: 'DBSS shared storage of checker\n' };

const execute = promisify(execFile);
const keys = ssh2.utils.generateKeyPairSync('ed25519');
const otherKeys = ssh2.utils.generateKeyPairSync('ed25519');

let directory: string;
let agent: string;

beforeAll(() => {
  if (!existsSync(BUILT)) throw new Error(`${BUILT} is not there: npm run build`);
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-client-work-'));
  agent = path.join(directory, 'agent.mjs');
  const driver = path.join(root, 'test/integration/drivers/client-work.ts');
  const options = ['--bundle', '--platform=node', '--format=esm', '--log-level=error', `--outfile=${agent}`];
  execFileSync(path.join(root, 'node_modules/.bin/esbuild'), [driver, ...options]);
  // A copy: on a server there are no packages beside it.
  cpSync(BUILT, path.join(directory, 'client-work.mjs'));
});
afterEach(closeAll);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** With which flags an agent is started on a server. */
function flagsOfAgent(): readonly string[] {
  const [, flags = ''] = /^ExecStart=\S+\/node (.*) \S+\/agent\.mjs$/m.exec(readFileSync(UNIT, 'utf8')) ?? [];
  return flags.split(' ');
}

async function done(work: ClientWork): Promise<WorkResult> {
  const words = [...flagsOfAgent(), agent, JSON.stringify(work), String(LIMIT_MS)];
  const { stdout } = await execute(process.execPath, words, { env: { ...process.env, NODE_OPTIONS: '' } });
  return JSON.parse(stdout) as WorkResult;
}

function publicKey({ public: key }: typeof keys): string {
  return key.split(' ')[1] ?? '';
}

test('an agent is started without a compiler, so that its own process cannot do this work', async () => {
  expect(flagsOfAgent()).toContain('--jitless');
  expect(await done(ftp(1))).toMatchObject({ knowsWebAssembly: false });
});

describe('the built program of an agent, started as the agent does, logs in by ssh', () => {
  const logIn = (port: number, hostKeys: readonly string[] = [publicKey(keys)]): ClientWork => ({
    kind: 'ssh',
    login: { place: { address: '127.0.0.1', port }, account: ACCOUNT, hostKeys },
    file: FILE,
  });

  test('and finds the server well', async () => {
    const port = await fakeLoginServer(keys.private, () => ({ output: FILE.content, status: 0 }));
    expect(await done(logIn(port))).toMatchObject({ reason: null });
  });

  test('and tells that the file does not hold what it should, or cannot be read', async () => {
    const wrong = await fakeLoginServer(keys.private, () => ({ output: 'something else\n', status: 0 }));
    expect(await done(logIn(wrong))).toMatchObject({ reason: 'the command did not say what it should (it said 15 characters)' });
    const missing = await fakeLoginServer(keys.private, () => ({ output: '', status: 1 }));
    expect(await done(logIn(missing))).toMatchObject({ reason: 'the command ended with exit code 1: no such file', refused: false });
  });

  test('and tells that somebody else answers, by his host key', async () => {
    const port = await fakeLoginServer(keys.private, () => ({ output: FILE.content, status: 0 }));
    expect(await done(logIn(port, [publicKey(otherKeys)]))).toMatchObject({
      reason: expect.stringMatching(/^waiting for the login: .*[Hh]ost/),
      refused: false,
    });
  });

  test('and tells that nobody listens', async () => {
    expect(await done(logIn(1))).toMatchObject({ reason: expect.stringContaining('connection refused'), refused: true });
  });
});

describe('the same reads a file by FTP', () => {
  test('and finds the server well', async () => {
    const port = await fakeFtpServer(new Map([[FILE.name, FILE.content]]));
    expect(await done(ftp(port))).toMatchObject({ reason: null });
  });

  test('and tells that the file does not hold what it should, or is not there', async () => {
    const wrong = await fakeFtpServer(new Map([[FILE.name, 'something else\n']]));
    expect(await done(ftp(wrong))).toMatchObject({
      reason: 'dbss-check.txt does not hold what is known of it (15 characters were read)',
      refused: false,
    });
    const missing = await fakeFtpServer(new Map());
    expect(await done(ftp(missing))).toMatchObject({ reason: expect.stringContaining('no such file') });
  });

  test('and tells that the login is refused, or that nobody listens', async () => {
    const port = await fakeFtpServer(new Map([[FILE.name, FILE.content]]));
    expect(await done(ftp(port, 'wrong'))).toMatchObject({ reason: expect.stringContaining('530 no'), refused: false });
    expect(await done(ftp(1))).toMatchObject({ reason: 'connection refused', refused: true });
  });
});

function ftp(port: number, password = ACCOUNT.password): ClientWork {
  return { kind: 'ftp', login: { place: { address: '127.0.0.1', port }, account: { ...ACCOUNT, password } }, file: FILE };
}
