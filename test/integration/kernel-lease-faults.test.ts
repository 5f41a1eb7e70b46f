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
    await at.leases.ask('renew', VIP, 200, 50);
    await at.untilItAnswers(VIP);
    let stopped_at_ms = 0;
    try {
      const answers = await at.answered(VIP, async () => {
        at.leases.signal('SIGSTOP');
        stopped_at_ms = await at.now_ms();
        await sleep(500);
      });
      expect(answers.at(-1) ?? 0).toBeLessThan(stopped_at_ms + 200 + GUARD_MS);
    } finally {
      at.leases.signal('SIGCONT');
    }
    await at.leases.ask('stopRenewing');
    // One round of renewal may have been under way when the order to stop came.
    await sleep(300);
    expect(await at.answered(VIP, () => sleep(200))).toEqual([]);
  });

  test('ends in time while nft stands still; another is started then', async () => {
    const stopped = nftPid();
    let stopped_at_ms = 0;
    const answers = await at.answered(VIP, async () => {
      await at.leases.ask('renew', VIP, 200, 50);
      await at.untilItAnswers(VIP);
      process.kill(stopped, 'SIGSTOP');
      stopped_at_ms = await at.now_ms();
      await sleep(600);
    });
    expect(answers.at(-1) ?? 0).toBeLessThan(stopped_at_ms + 200 + GUARD_MS);
    await at.untilItAnswers(VIP);
    expect(nftPid()).not.toBe(stopped);
    expect(await at.leases.ask('problems')).toContainEqual(expect.stringContaining('nft did not answer within 1000 ms'));
  });

  test('goes on when the agent is killed and started again, which can renew it, and ends in time where it does not', async () => {
    let last: Staged | undefined;
    const answers = await at.answered(VIP, async () => {
      last = await at.lease(VIP, 60_000);
      await at.restartLeases();
      await at.leases.ask('protect', VIP, 'machine');
      await at.leases.ask('protect', OTHER_VIP, 'machine');
      await at.untilItAnswers(VIP);
      // The rules were loaded anew, and count anew, by the one that started.
      expect(at.dropped()).toBe(0);
      expect(await at.now_ms()).toBeLessThan(last.acknowledged_at_ms + 60_000);
      last = await at.lease(VIP, 300);
      await sleep(400);
    });
    expect(answers.at(-1) ?? Infinity).toBeLessThanOrEqual(last!.acknowledged_at_ms + 300 + GUARD_MS);
  });

  test('somebody who flushes all rules opens nothing for longer than it takes to restore them, closed', async () => {
    await at.lease(VIP, 60_000);
    const problems: string[] = [];
    const answers = await at.answered(OTHER_VIP, async () => {
      at.inServer('nft', 'flush', 'ruleset');
      for (let tries = 0; tries < 100 && problems.length === 0; tries += 1) {
        await sleep(50);
        problems.push(...((await at.leases.ask('problems')) as string[]));
      }
    });
    expect(problems).toContainEqual(expect.stringMatching(/(gone|changed): restored without a lease/));
    process.stdout.write(`open after a flush: ${(answers.length === 0 ? 0 : answers.at(-1)! - answers[0]!).toFixed(0)} ms\n`);
    expect(await at.answered(OTHER_VIP, () => sleep(200))).toEqual([]);
    expect(await at.answered(VIP, () => sleep(200))).toEqual([]);
    expect(await at.leases.ask('verify')).toBeUndefined();
    await at.lease(VIP, 60_000);
    await at.untilItAnswers(VIP);
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
