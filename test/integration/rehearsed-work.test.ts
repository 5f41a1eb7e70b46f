import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeAsRoot } from './support/root.ts';

const SCRIPT = path.resolve('vm-images/original-server/rootfs/usr/lib/dbss/rehearse-work');
const TAKES_MAIL = `printf '220 rehearsal\\r\\n250 2.0.0 Ok: queued as 1\\r\\n221 2.0.0 Bye\\r\\n'`;
const STORES_IT = `mkdir -p "$MAILDIR/new"; : >"$MAILDIR/new/1"`;
const IMAP = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((tag) => `${tag} OK done.`);
/** With /run of its own, and a second instead of the time that an emulated machine gets. */
const APART = [
  'set -eu; mount -t tmpfs none /run; mkdir -p /run/dbss',
  'export PATH="$1/bin:$PATH" STORAGE_MOUNT_POINT="$1/srv" MAILDIR="$1/srv/home/Maildir"',
  '. "$2"; rehearsed_work_s=1; if rehearse_work; then echo rehearsed; else echo not rehearsed; fi',
].join('\n');

let directory: string;

beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), 'dbss-rehearsal-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** @param smtp, imap what answers at the two ports, as shell commands */
function rehearsedWith({ smtp = `${TAKES_MAIL}; ${STORES_IT}`, imap = answers(IMAP) }: { smtp?: string; imap?: string }): string {
  mkdirSync(path.join(directory, 'bin'));
  const program = path.join(directory, 'bin', 'busybox');
  writeFileSync(program, `#!/bin/sh\ncase $3 in 25) ${smtp} ;; 143) ${imap} ;; esac\n`);
  chmodSync(program, 0o755);
  const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', APART, 'sh', directory, SCRIPT], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  return `${stdout}${stderr}`.trim();
}

function answers(lines: readonly string[]): string {
  return ['* 1 FETCH (BODY[] {14}', 'A rehearsal.', ...lines].map((line) => `printf '%s\\r\\n' '${line}'`).join('; ');
}

describeAsRoot('the work of a mail client in a rehearsal (decision 0403)', () => {
  test('is done when the mail is delivered and every command of its reader succeeds', () => {
    expect(rehearsedWith({})).toBe('rehearsed');
  });

  test.each(IMAP)('is not done when a command fails: %s', (line) => {
    expect(rehearsedWith({ imap: answers(IMAP.map((one) => (one === line ? line.replace('OK', 'NO') : one))) })).toBe('not rehearsed');
  });

  test('is not done when the mail is refused, or accepted and never delivered', () => {
    expect(rehearsedWith({ smtp: `printf '220 rehearsal\\r\\n554 no\\r\\n221 2.0.0 Bye\\r\\n'; ${STORES_IT}` })).toBe('not rehearsed');
    rmSync(directory, { recursive: true });
    mkdirSync(directory);
    expect(rehearsedWith({ smtp: TAKES_MAIL })).toBe('not rehearsed');
  });

  test('ends when a daemon accepts the connection and says nothing, or refuses it', () => {
    expect(rehearsedWith({ imap: 'exec sleep 100' })).toBe('not rehearsed');
    rmSync(directory, { recursive: true });
    mkdirSync(directory);
    expect(rehearsedWith({ smtp: 'exit 1' })).toBe('not rehearsed');
  });
});
