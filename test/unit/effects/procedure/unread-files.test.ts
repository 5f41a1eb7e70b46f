import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { daemonReadings, unreadFiles } from '../../../../agent/src/effects/procedure/unread-files.ts';

const MINUTE_US = 60_000_000;
let directory: string;
let pathBefore: string | undefined;

/** A systemctl that says of each unit what stands in a file of its name, and of any other that it is not there. */
const SYSTEMCTL = `#!/bin/sh
while [ "$1" != -- ]; do shift; done
shift
for unit; do
  [ -z "$second" ] || echo
  second=yes
  echo "Id=$unit"
  cat "$(dirname "$0")/$unit" 2>/dev/null || printf 'LoadState=not-found\\nActiveState=inactive\\nResult=success\\nReloadResult=success\\nStateChangeTimestampMonotonic=0\\n'
done
`;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-systemctl-'));
  writeFileSync(path.join(directory, 'systemctl'), SYSTEMCTL, { mode: 0o755 });
  pathBefore = process.env['PATH'];
  process.env['PATH'] = `${directory}:${pathBefore ?? ''}`;
});
afterEach(() => {
  process.env['PATH'] = pathBefore;
  rmSync(directory, { recursive: true });
});

/** What systemd says of a unit that was changed last a minute after the boot. */
function unit(name: string, changes: Readonly<Record<string, string | number>> = {}): void {
  const properties = {
    LoadState: 'loaded',
    ActiveState: 'active',
    Result: 'success',
    ReloadResult: 'success',
    StateChangeTimestampMonotonic: MINUTE_US,
    ...changes,
  };
  const lines = Object.entries(properties).map(([property, value]) => `${property}=${String(value)}\n`);
  writeFileSync(path.join(directory, name), lines.join(''));
}

/** Daemons that have not read a file which was changed so long after the boot. */
async function unread(daemon: string, changed_ms: number): Promise<readonly string[]> {
  const boot_ms = Date.now() - Number(process.hrtime.bigint() / 1_000_000n);
  const changed = [{ path: `etc/${daemon}.conf`, changed_ms: boot_ms + changed_ms, daemon }];
  return unreadFiles(changed, await daemonReadings([daemon]));
}

test('a daemon that was started or reloaded after the change has read it, one that was not has not', async () => {
  unit('vsftpd.service');
  expect(await unread('vsftpd', 30_000)).toEqual([]);
  expect(await unread('vsftpd', 90_000)).toEqual(['vsftpd has been neither restarted nor reloaded since /etc/vsftpd.conf was changed']);
});

test('a reload that failed has read nothing', async () => {
  unit('ssh.service', { ReloadResult: 'exit-code' });
  expect(await unread('ssh', 30_000)).toEqual(['ssh has not read /etc/ssh.conf: the last reload of ssh.service failed (exit-code)']);
});

test('a daemon that failed, is stopped or is just being reloaded has read nothing', async () => {
  unit('apache2.service', { ActiveState: 'failed', Result: 'exit-code' });
  expect(await unread('apache2', 30_000)).toEqual(['apache2 has not read /etc/apache2.conf: apache2.service is failed (exit-code)']);
  unit('squid.service', { ActiveState: 'inactive' });
  expect(await unread('squid', 30_000)).toEqual(['squid has not read /etc/squid.conf: squid.service is inactive']);
  unit('dovecot.service', { ActiveState: 'reloading' });
  expect(await unread('dovecot', 30_000)).toHaveLength(1);
});

test('of postfix its instance tells, which reads the configuration, and not the unit around it, whose reload does nothing', async () => {
  unit('postfix.service');
  unit('postfix@-.service', { ReloadResult: 'exit-code' });
  expect(await unread('postfix', 30_000)).toEqual([
    'postfix has not read /etc/postfix.conf: the last reload of postfix@-.service failed (exit-code)',
  ]);
  unit('postfix@-.service', { StateChangeTimestampMonotonic: MINUTE_US / 4 });
  expect(await unread('postfix', 30_000)).toHaveLength(1);
});

test('of a postfix without instances its own unit tells', async () => {
  unit('postfix.service');
  expect(await unread('postfix', 30_000)).toEqual([]);
});
