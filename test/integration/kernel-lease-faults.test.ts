import { setTimeout as sleep } from 'node:timers/promises';
import { CLUSTER, GUARD_MS, LeaseNetwork, OTHER_VIP, VIP, type Staged } from './support/lease-network.ts';
import { run } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

describeAsRoot('a lease in the kernel', () => {
  let at: LeaseNetwork;
  const nftPid = (): number => {
    const pids = run('ip', 'netns', 'pids', at.network.namespace('server')).split('\n');
    const programs = pids
      .filter((pid) => pid !== '')
      .map((pid) => ({ pid: Number(pid), args: run('ps', '-o', 'args=', '-p', pid).trim() }));
    const [nft, ...others] = programs.filter(({ args }) => args === 'nft -i');
    expect(others).toEqual([]);
    return nft!.pid;
  };

  beforeAll(async () => {
    at = await LeaseNetwork.create();
  });
  afterEach(() => at.letGo());
  afterAll(() => at.remove());

  test('ends in time while the agent stands still, and is not back when the agent goes on', async () => {
    const answers = await at.answered(VIP, async () => {
      await at.leases.ask('renew', VIP, 200, 50);
      await sleep(300);
      at.leases.signal('SIGSTOP');
      await sleep(500);
    });
    const stopped_at_ms = (await at.now_ms()) - 500;
    expect(answers.length).toBeGreaterThan(5);
    expect(answers.at(-1)).toBeLessThan(stopped_at_ms + 200 + GUARD_MS + 20);
    const later = await at.answered(VIP, async () => {
      const stopped = at.leases.ask('stopRenewing');
      at.leases.signal('SIGCONT');
      await stopped;
      await sleep(300);
    });
    // One round of renewal may have been under way when the order to stop came.
    expect(later.length === 0 || later.at(-1)! - later[0]! < 200 + GUARD_MS).toBe(true);
  });

  test('ends in time while nft stands still; another is started then', async () => {
    const stopped = nftPid();
    let stopped_at_ms = 0;
    const answers = await at.answered(VIP, async () => {
      await at.leases.ask('renew', VIP, 200, 50);
      await sleep(200);
      process.kill(stopped, 'SIGSTOP');
      stopped_at_ms = await at.now_ms();
      await sleep(280);
    });
    expect(answers.at(-1)).toBeLessThan(stopped_at_ms + 200 + GUARD_MS);
    await sleep(300);
    expect((await at.answered(VIP, () => sleep(200))).length).toBeGreaterThan(5);
    expect(nftPid()).not.toBe(stopped);
    expect(await at.leases.ask('problems')).toContainEqual(expect.stringContaining('nft did not answer within 300 ms'));
  });

  test('goes on when the agent is killed and started again, which can renew it, and ends in time where it does not', async () => {
    let last: Staged | undefined;
    const answers = await at.answered(VIP, async () => {
      last = await at.lease(VIP, 5_000);
      await at.restartLeases();
      await at.leases.ask('protect', VIP, 'machine');
      await at.leases.ask('protect', OTHER_VIP, 'machine');
      const adopted_at_ms = await at.now_ms();
      expect(adopted_at_ms).toBeLessThan(last.acknowledged_at_ms + 5_000);
      await sleep(500);
      // The rules were loaded anew, and count anew, by the one that started.
      expect(at.dropped()).toBe(0);
      last = await at.lease(VIP, 300);
      await sleep(400);
    });
    expect(answers.at(-1)).toBeLessThanOrEqual(last!.acknowledged_at_ms + 300 + GUARD_MS);
  });

  test('somebody who flushes all rules opens nothing for longer than it takes to restore them, closed', async () => {
    await at.lease(VIP, 5_000);
    const answers = await at.answered(OTHER_VIP, async () => {
      at.inServer('nft', 'flush', 'ruleset');
      await sleep(300);
    });
    expect(answers.length === 0 || answers.at(-1)! - answers[0]! < 100).toBe(true);
    expect(await at.answered(VIP, () => sleep(100))).toEqual([]);
    expect(await at.leases.ask('problems')).toContainEqual(expect.stringMatching(/gone|changed/));
    expect(await at.leases.ask('verify')).toBeUndefined();
    await at.lease(VIP, 500);
    expect((await at.answered(VIP, () => sleep(100))).length).toBeGreaterThan(5);
  });

  test('a rule that somebody puts before ours is found and taken out; rules of others stay', async () => {
    at.inServer(
      'nft',
      'add table inet administrator; add chain inet administrator input { type filter hook input priority 0; policy accept; }',
    );
    at.inServer('nft', 'insert', 'rule', 'inet', `dbss_${CLUSTER}`, 'to_address', 'return');
    expect(await at.leases.ask('verify')).toMatch(/inet .* were changed/);
    expect(await at.leases.ask('verify')).toBeUndefined();
    expect(await at.answered(VIP, () => sleep(50))).toEqual([]);
    expect(at.inServer('nft', 'list', 'tables')).toContain('table inet administrator');
  });
});
