import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkService } from '../../../agent/src/effects/service-check/check-service.ts';
import { ConnectionRefused } from '../../../agent/src/effects/service-check/connection-refused.ts';
import { ScriptNotRun } from '../../../agent/src/effects/service-check/script-not-run.ts';
import type { Service } from '../../../agent/src/protocol/ring/ring-configuration.ts';
import { expectGone } from '../../support/expect-gone.ts';
import { fakeMailServer } from './work/fake-mail-server.ts';
import { closeAll, listening } from './work/fake-servers.ts';

const ACCOUNT = { user: 'alice', password: 'secret' };
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
let directory: string;

beforeEach(() => {
  // /tmp belongs to everybody: no script below it is run.
  directory = mkdtempSync(path.join(process.getuid?.() === 0 ? '/run' : '.', 'dbss-check-'));
});
afterEach(() => {
  closeAll();
  rmSync(directory, { recursive: true });
});

describe('check: work', () => {
  test('a mail is delivered and fetched with the account of the agent, and its mailbox opened', async () => {
    const { smtp, imap, messages } = await fakeMailServer(ACCOUNT.password);
    const postfix: Service = { daemon: 'postfix', probe: 'smtp', port: smtp, work: { kind: 'mail', imap_port: imap } };
    const dovecot: Service = { daemon: 'dovecot', probe: 'imap', port: imap, work: { kind: 'mailbox' } };
    await checkService('127.0.0.1', postfix, 2_000, ACCOUNT);
    await checkService('127.0.0.1', dovecot, 2_000, ACCOUNT);
    expect(messages.size).toBe(0);
    await expect(checkService('127.0.0.1', dovecot, 2_000, { ...ACCOUNT, password: 'wrong' })).rejects.toThrow(
      `dovecot at 127.0.0.1:${String(imap)}: the reply to LOGIN was`,
    );
  });

  test('without an account it says what is missing', async () => {
    const dovecot: Service = { daemon: 'dovecot', probe: 'imap', port: 1, work: { kind: 'mailbox' } };
    await expect(checkService('127.0.0.1', dovecot, 2_000)).rejects.toThrow('takes an account, and this agent has none');
  });

  test('what takes a library is done by a program of its own, which tells what it waited for', async () => {
    const port = await listening(() => undefined);
    const file = { name: 'known.txt', content: '' };
    const vsftpd: Service = { daemon: 'vsftpd', probe: 'ftp', port, work: { kind: 'ftp', file } };
    await expect(checkService('127.0.0.1', vsftpd, 2_000, ACCOUNT)).rejects.toThrow(/vsftpd at 127\.0\.0\.1:\d+: .*(FTP greeting|Timeout)/);
  });

  test.each<Service>([
    { daemon: 'vsftpd', probe: 'ftp', port: 1, work: { kind: 'ftp', file: { name: 'known.txt', content: '' } } },
    { daemon: 'sshd', probe: 'ssh', port: 1, work: { kind: 'ssh', file: { name: 'known.txt', content: '' }, host_keys: [] } },
    { daemon: 'postfix', probe: 'smtp', port: 1, work: { kind: 'mail', imap_port: 1 } },
  ])('that finds nobody listening at the port of $daemon says so apart from its words', async (service) => {
    await expect(checkService('127.0.0.1', service, 10_000, ACCOUNT)).rejects.toBeInstanceOf(ConnectionRefused);
  });
});

asRoot('probe: script', () => {
  const script = (text: string, mode = 0o755): string => {
    const file = path.join(directory, 'examine');
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, mode);
    return file;
  };
  const examine = async (file: string, timeout_ms = 2_000): Promise<void> =>
    checkService('192.0.2.1', { daemon: 'db', probe: 'script', port: 5432, script: file }, timeout_ms);

  test('is called with address and port, and its exit code says how the service is', async () => {
    await expect(examine(script('[ "$#" = 2 ] && [ "$1" = 192.0.2.1 ] && [ "$2" = 5432 ]'))).resolves.toBeUndefined();
    await expect(examine(script('echo no such table >&2; exit 3'))).rejects.toThrow(/db at 192\.0\.2\.1:5432: .*examine: no such table/);
  });

  test('is called in a directory to which others may write, where only root replaces what is root’s', async () => {
    const file = script('exit 0');
    chmodSync(directory, 0o1777);
    await expect(examine(file)).resolves.toBeUndefined();
  });

  test('is ended in time', async () => {
    await expect(examine(script('exec sleep 1000'), 200)).rejects.toThrow('has not ended within 200 ms');
  });

  test('leaves nobody behind, and what it leaves does not keep its examination', async () => {
    const pid = path.join(directory, 'pid');
    await expect(examine(script(`sleep 1000 & echo $! > ${pid}`))).resolves.toBeUndefined();
    await expectGone(Number(readFileSync(pid, 'utf8')));
  });

  test.each<[string, (file: string) => string]>([
    ['that its group may write to', (file) => (chmodSync(file, 0o775), file)],
    ['that everybody may write to', (file) => (chmodSync(file, 0o757), file)],
    ['of somebody else', (file) => (chownSync(file, 1, 0), file)],
    ['in a directory to which others may write', (file) => (chmodSync(directory, 0o777), file)],
    [
      'that is a link',
      (file) => {
        const link = path.join(directory, 'link');
        symlinkSync(file, link);
        return link;
      },
    ],
  ])('%s is not run', async (_what, spoil) => {
    const ran = path.join(directory, 'ran');
    await expect(examine(spoil(script(`touch ${ran}`)))).rejects.toThrow('is not run');
    expect(existsSync(ran)).toBe(false);
  });

  test.each<[string, string, (file: string) => string]>([
    ['is not there', 'it is not there', (file) => `${file}-of-another-server`],
    ['lies in no directory', 'it is not there', (file) => `${file}/of-another-server`],
    ['is not executable', 'it, or the program of its first line, may not be executed here', (file) => (chmodSync(file, 0o644), file)],
    ['others may write to', 'nobody else may write to it', (file) => (chmodSync(file, 0o757), file)],
    ['is a directory', 'it is no regular file', (file) => path.dirname(file)],
    [
      'is written for a program that is not there',
      'the program that its first line names is not there',
      (file) => (writeFileSync(file, '#!/usr/bin/no-such-language\n'), file),
    ],
  ])('that %s says so apart from what a script finds', async (_what, reason, spoil) => {
    const file = spoil(script('exit 0'));
    await expect(examine(file)).rejects.toThrow(ScriptNotRun);
    await expect(examine(file)).rejects.toMatchObject({ script: file, reason: expect.stringContaining(reason) as string });
  });

  test('that ran and found something, or has not ended, is not told as one that was not run', async () => {
    await expect(examine(script('exit 127'))).rejects.not.toBeInstanceOf(ScriptNotRun);
    await expect(examine(script('exec sleep 1000'), 200)).rejects.not.toBeInstanceOf(ScriptNotRun);
  });
});
