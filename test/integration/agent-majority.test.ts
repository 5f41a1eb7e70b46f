import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TIMING_PROFILES } from '../../cli/src/inventory/timing-profiles.ts';
import type { OwnershipConfiguration } from '../../agent/src/protocol/ring/ownership-configuration.ts';
import { AgentRing } from './support/agent-ring.ts';
import { run } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

const NAMES = ['mail', 'ftp', 'web1'];
const LEASE = { lease_ms: 2_000, long_lease_ms: 5_000, renewal_ms: 250, clock_error: 0.002, kernel_guard_ms: 10 };

function ownershipOf(ring: AgentRing): OwnershipConfiguration {
  return {
    no_quorum: 'stop',
    duplicate_address: 'refuse',
    voters: ring.names.map((name) => ({
      name,
      serviceAddress: ring.network.address(name),
      semAddress: ring.semAddress(name),
      weight: 1,
      witness: false,
    })),
    lease: LEASE,
  };
}

describeAsRoot('agents of a ring that asks a majority', () => {
  let ring: AgentRing;
  /** Whether the virtual address of a server answers a client. */
  const answers = (name: string): boolean => {
    const probe = ['netns', 'exec', ring.network.namespace('client'), 'ping', '-n', '-c', '1', '-W', '1', ring.virtualIp(name)];
    try {
      run('ip', ...probe);
      return true;
    } catch {
      return false;
    }
  };
  const leaseOf = async (name: string): Promise<string | undefined> =>
    (await ring.status(name)).leases?.find(({ vip }) => vip === ring.virtualIp(name))?.state;

  beforeAll(async () => {
    ring = new AgentRing(NAMES, ['gateway', 'client'], (made) => ({
      quorum: 'majority',
      ownership: ownershipOf(made),
      timing: TIMING_PROFILES.paper,
    }));
    await ring.start();
  });
  afterAll(() => ring.remove());

  test('vote when they are given voters, once', async () => {
    const voters = await Promise.all(NAMES.map(async (name) => ({ name, weight: 1, uuid: (await ring.status(name)).voter?.uuid ?? '' })));
    expect(new Set(voters.map(({ uuid }) => uuid)).size).toBe(NAMES.length);
    const configuration = { term: 1, version: 1, voters };
    for (const name of NAMES) expect(await ring.ask(name, 'install-voters', { configuration })).toEqual({ ok: true });
    await ring.until('every voter has them', () =>
      ring.everybody(async (name) => (await ring.status(name)).voter?.configuration?.version === 1),
    );
    await ring.ask('mail', 'install-voters', { configuration: { ...configuration, version: 2 } });
    expect(await ring.ask('mail', 'install-voters', { configuration: { term: 1 } })).toMatchObject({ error: expect.any(String) as string });
    expect((await ring.status('mail')).voter?.configuration).toEqual(configuration);
    expect(JSON.parse(readFileSync(ring.at('ftp', 'var/lib/dbss/voter/document.json'), 'utf8'))).toMatchObject({ configuration });
  });

  test('hold their addresses by leases, and answer', async () => {
    await ring.bootstrap();
    for (const name of NAMES) {
      expect(await leaseOf(name)).toBe('held');
      expect(answers(name)).toBe(true);
    }
    expect(readdirSync(ring.at('mail', 'run/dbss/claims'))).toEqual([`${ring.virtualIp('mail')}.json`]);
  });

  test('an agent that stops holds nothing when its lease is over, and again when it goes on', async () => {
    const { process } = ring.agents['ftp'] ?? {};
    process?.kill('SIGSTOP');
    await sleep(LEASE.lease_ms + 200);
    expect(answers('ftp')).toBe(false);
    expect(answers('mail')).toBe(true);
    process?.kill('SIGCONT');
    await ring.until('ftp answers again', () => Promise.resolve(answers('ftp')));
    expect(await leaseOf('ftp')).toBe('held');
  });

  test('a restart that was prepared is not felt', async () => {
    expect(await ring.ask('ftp', 'prepare-restart')).toEqual({ ok: true });
    await ring.until('it is prepared', async () => (await ring.status('ftp')).preparedForRestart === true);
    let lost = 0;
    const watch = setInterval(() => (lost += answers('ftp') ? 0 : 1), 50);
    ring.agents['ftp']?.process.kill('SIGTERM');
    await ring.agents['ftp']?.exit;
    ring.agents['ftp'] = ring.startAgent('ftp');
    await ring.until('it holds its address by a lease', async () => (await leaseOf('ftp')) === 'held');
    clearInterval(watch);
    expect(lost).toBe(0);
    expect(ring.systemLog('ftp')).toContain('of an earlier agent is taken up');
  });

  test('nor are prepared restarts of all of them, one after the other', async () => {
    const lost: string[] = [];
    const watch = setInterval(() => lost.push(...NAMES.filter((name) => !answers(name))), 50);
    const begun = Object.fromEntries(NAMES.map((name) => [name, ring.systemLog(name).length]));
    for (const name of NAMES) {
      await ring.ask(name, 'prepare-restart');
      await ring.until(`${name} is prepared`, async () => (await ring.status(name)).preparedForRestart === true);
      ring.agents[name]?.process.kill('SIGTERM');
      await ring.agents[name]?.exit;
      ring.agents[name] = ring.startAgent(name);
      await ring.until(`${name} is there again`, async () => (await ring.status(name)).executor === 'running');
    }
    // For as long as a voter that remembers nothing refuses everything.
    await sleep(LEASE.long_lease_ms + 500);
    clearInterval(watch);
    expect(lost).toEqual([]);
    for (const name of NAMES) {
      expect(ring.systemLog(name).slice(begun[name])).not.toMatch(/not held here any more|No majority|takes no lease/);
      expect(readdirSync(ring.at(name, 'run/dbss'))).not.toContain('voter-memory.json');
    }
  });

  test('without a majority nobody answers, and with it everybody again', async () => {
    for (const name of ['mail', 'web1']) ring.agents[name]?.process.kill('SIGSTOP');
    await sleep(LEASE.lease_ms + 300);
    for (const name of NAMES) expect(answers(name)).toBe(false);
    expect(await leaseOf('ftp')).toBe('lost');
    for (const name of ['mail', 'web1']) ring.agents[name]?.process.kill('SIGCONT');
    await ring.until('ftp answers again', () => Promise.resolve(answers('ftp')));
    await ring.until('mail answers again', () => Promise.resolve(answers('mail')));
  });
});
