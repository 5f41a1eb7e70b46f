import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatDatagramKeys } from '../../agent/src/configuration/datagram-keys.ts';
import type { OriginalServerContents } from '../../agent/src/configuration/original-server-contents.ts';
import type { ProcedureStamp } from '../../agent/src/protocol/procedure/procedure-stamp.ts';
import { AgentRing } from './support/agent-ring.ts';
import { describeAsRoot } from './support/root.ts';

const NAMES = ['mail', 'ftp', 'web1'];
/** A look every 5 s; a change is captured at the third one at the latest, and fetched at once. */
const CAPTURE_LIMIT_MS = 40_000;
const ORIGINAL: OriginalServerContents = {
  format: 1,
  installScript: '#!/bin/sh\n',
  packages: {},
  units: ['web.service'],
  passwd: 'root:x:0:0:root:/root:/bin/sh\n',
  group: 'root:x:0:\n',
  files: {},
};

describeAsRoot('installation procedure files of real agents (§3.1)', () => {
  let ring: AgentRing;

  const write = (name: string, file: string, content: string): void => {
    const target = ring.at(name, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content, { mode: 0o600 });
  };
  const stampOf = async (on: string, of: string): Promise<ProcedureStamp | undefined> =>
    (await ring.status(on)).procedures?.have.find(({ server }) => server === of);
  const untilVersion = (of: string, epoch: number, among: readonly string[] = NAMES): Promise<void> =>
    ring.until(
      `version ${String(epoch)} of ${of} is on ${among.join(' ')}`,
      async () => (await Promise.all(among.map((name) => stampOf(name, of)))).every((stamp) => stamp?.epoch === epoch),
      CAPTURE_LIMIT_MS,
    );

  beforeAll(async () => {
    ring = new AgentRing(NAMES, ['gateway']);
    for (const name of NAMES) {
      write(name, 'etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nalice:x:2001:2001::/srv/alice:/bin/sh\n');
      write(name, 'etc/group', 'root:x:0:\nalice:x:2001:\n');
      write(name, 'etc/shadow', 'root:*:1::::::\nalice:$6$hash-of-alice:1::::::\n');
      write(name, 'etc/hosts', `127.0.0.1 localhost ${name}\n`);
      write(name, 'proc/self/mounts', '');
      write(name, 'var/lib/dpkg/status', '\n');
      mkdirSync(ring.at(name, 'var/lib/dpkg/info'), { recursive: true });
      write(name, 'var/lib/dbss/original-server/contents.json', JSON.stringify(ORIGINAL));
      write(name, 'etc/dbss/procedure.key', formatDatagramKeys([Buffer.alloc(32, 9)]));
    }
    await ring.start();
    await ring.bootstrap();
  });
  afterAll(() => ring.remove());

  test('are captured by themselves and come to every server, sealed', async () => {
    for (const name of NAMES) await untilVersion(name, 1);
    const sealed = readFileSync(ring.at('mail', 'var/lib/dbss/captures/ftp.procedure'));
    expect(sealed.subarray(0, 16).toString()).toBe('dbss-procedure 1');
    expect(sealed.includes('hash-of-alice')).toBe(false);
    expect(sealed).toEqual(readFileSync(ring.at('ftp', 'var/lib/dbss/captures/ftp.procedure')));
  }, 60_000);

  test('an operator who asks for a capture is told what went in, and the new version is everywhere', async () => {
    write('ftp', 'etc/hosts', '127.0.0.1 localhost ftp another\n');
    await ring.until('the services are normal', async () => (await ring.status('ftp')).internal.services['web'] === true);
    let report: unknown;
    await ring.until('it is captured', async () => {
      report = await ring.ask('ftp', 'capture-procedure');
      return (report as { kind: string }).kind === 'captured';
    });
    expect(report).toMatchObject({ stamp: { server: 'ftp', epoch: 2 }, contents: { files: 1, users: ['alice'], groups: ['alice'] } });
    await untilVersion('ftp', 2);
  }, 60_000);

  test('a server that lost its disk while it was down gets those of all from the others', async () => {
    ring.agents['web1']?.process.kill('SIGKILL');
    await ring.agents['web1']?.exit;
    rmSync(ring.at('web1', 'var/lib/dbss/captures'), { recursive: true });
    ring.agents['web1'] = ring.startAgent('web1');
    await untilVersion('ftp', 2, ['web1']);
    await untilVersion('mail', 1, ['web1']);
    await untilVersion('web1', 1, ['web1']);
  }, 60_000);

  test('what the original server lacks is the reason that is told, and the last version stays', async () => {
    write('mail', 'var/lib/dbss/original-server/contents.json', JSON.stringify({ ...ORIGINAL, units: [] }));
    await ring.until('internal monitoring has ended', async () => (await ring.status('mail')).internal.network === true);
    let report: unknown;
    await ring.until('it is refused for that', async () => {
      report = await ring.ask('mail', 'capture-procedure');
      return JSON.stringify(report).includes('original server');
    });
    expect(report).toEqual({ kind: 'refused', reason: 'the original server has no unit web.service' });
    expect((await ring.status('mail')).procedures?.problem).toBe('the original server has no unit web.service');
    await untilVersion('mail', 1);
  }, 60_000);
});
