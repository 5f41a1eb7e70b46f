import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { AgentRing } from './support/agent-ring.ts';
import { run } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

const NAMES = ['mail', 'ftp', 'web1'];

describeAsRoot('agents of a ring without hypervisors', () => {
  let ring: AgentRing;

  beforeAll(async () => {
    ring = new AgentRing(NAMES, ['gateway']);
    await ring.start();
  });
  afterAll(() => ring.remove());

  test('run the management program when files and flag have come, and hold their addresses', async () => {
    await ring.bootstrap();
    for (const name of NAMES) expect(run('ip', '-n', ring.network.namespace(name), 'addr')).toContain(`${ring.virtualIp(name)}/24`);
  });

  test('share their heartbeats, in memory and on the memory disk', async () => {
    await ring.until('every heartbeat is everywhere', () =>
      ring.everybody(async (name) =>
        NAMES.every((other) => readFileSync(ring.at(name, 'run/dbss/heartbeat'), 'utf8').includes(`${other} `)),
      ),
    );
    const [first] = await Promise.all(NAMES.map((name) => ring.status(name)));
    expect(first?.files?.group).toBe(ring.managementFiles()['group']);
    expect(first?.internal).toMatchObject({ network: true, services: { web: true } });
  });

  test('write a system log that goes on in a new file after SIGHUP', async () => {
    expect(ring.systemLog('mail')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d\d DBSS_ftp_mail started$/m);
    renameSync(ring.at('mail', 'var/log/dbss/system.log'), ring.at('mail', 'var/log/dbss/system.log.1'));
    ring.agents['mail']?.process.kill('SIGHUP');
    await ring.until(
      'a new log is written',
      async () => existsSync(ring.at('mail', 'var/log/dbss/system.log')) && ring.systemLog('mail').length > 0,
    );
  });

  test('forget what they remember of a target when an operator says so, whoever manages it, and know no other servers', async () => {
    for (const name of NAMES) expect(await ring.ask(name, 'return-target', { target: 'ftp' })).toEqual({ ok: true });
    expect(await ring.ask('mail', 'return-target', { target: 'nobody' })).toEqual({ error: '"nobody" is no server of the ring' });
  });

  test('run once on a server: a second one says why it does not, and leaves the first alone', async () => {
    const second = ring.startAgent('mail');
    expect(await second.exit).toBe(1);
    expect(second.complaints.join('')).toContain('does another agent run?');
    expect((await ring.status('mail')).executor).toBe('running');
  });

  test('leave at once on SIGTERM, with the address in place, and take up their work when started again', async () => {
    const started_ms = performance.now();
    ring.agents['ftp']?.process.kill('SIGTERM');
    expect(await ring.agents['ftp']?.exit).toBe(0);
    expect(performance.now() - started_ms).toBeLessThan(1_000);
    expect(run('ip', '-n', ring.network.namespace('ftp'), 'addr')).toContain(ring.virtualIp('ftp'));
    ring.agents['ftp'] = ring.startAgent('ftp');
    await ring.until('it runs and holds its address', async () => {
      const { executor, holds } = await ring.status('ftp');
      return executor === 'running' && holds.some(({ by }) => by === 'ftp');
    });
  });

  test('stop the management program when the flag file is taken away', async () => {
    rmSync(ring.at('web1', 'run/dbss/flag'));
    await ring.until('it waits for the flag', async () => (await ring.status('web1')).executor === 'waiting-for-flag');
  });
});
