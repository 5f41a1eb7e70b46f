import { setTimeout as sleep } from 'node:timers/promises';
import { GUARD_MS, LeaseNetwork, OTHER_VIP, succeeds, VIP, type Staged } from './support/lease-network.ts';
import { run } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

describeAsRoot('a lease of an address of the machine itself', () => {
  let at: LeaseNetwork;

  beforeAll(async () => {
    at = await LeaseNetwork.create();
  });
  afterEach(() => at.letGo());
  afterAll(() => at.remove());

  test('protected without a lease it is silent in IP and ARP, and the real address is not', async () => {
    expect(await at.answered(VIP, () => sleep(100))).toEqual([]);
    expect(at.answersArp(VIP)).toBe(false);
    expect((await at.answered(at.network.address('server'), () => sleep(100))).length).toBeGreaterThan(5);
    expect(at.answersArp(at.network.address('server'))).toBe(true);
  });

  test('staged only it is silent', async () => {
    const answers = await at.answered(VIP, async () => {
      await at.stage(VIP, 200);
      await sleep(250);
    });
    expect(answers).toEqual([]);
  });

  test('switched to it answers until the end of the stage, and not later than the guard', async () => {
    for (const length_ms of [200, 300, 1_000]) {
      let staged: Staged | undefined;
      const answers = await at.answered(VIP, async () => {
        staged = await at.lease(VIP, length_ms);
        await sleep(length_ms + 150);
      });
      const lasted_ms = answers.at(-1)! - staged!.acknowledged_at_ms;
      expect(lasted_ms).toBeGreaterThan(length_ms - 150);
      expect(lasted_ms).toBeLessThanOrEqual(length_ms + GUARD_MS);
    }
  });

  test('answers ARP with a lease', async () => {
    await at.lease(VIP, 2_000);
    expect(at.answersArp(VIP)).toBe(true);
    await at.leases.ask('drop', VIP);
    expect(at.answersArp(VIP)).toBe(false);
  });

  test('switched to too late it is silent', async () => {
    const answers = await at.answered(VIP, async () => {
      const { mark } = await at.stage(VIP, 200);
      await sleep(300);
      await at.leases.ask('switchTo', VIP, mark);
      await sleep(200);
    });
    expect(answers).toEqual([]);
  });

  test('a mark that is there gets no new deadline', async () => {
    let acknowledged_at_ms = 0;
    const answers = await at.answered(VIP, async () => {
      const staged = await at.lease(VIP, 2_000);
      acknowledged_at_ms = staged.acknowledged_at_ms;
      await at.leases.ask('stageAs', VIP, staged.mark, 5_000);
      expect(await at.now_ms()).toBeLessThan(acknowledged_at_ms + 2_000);
      await at.leases.ask('switchTo', VIP, staged.mark);
      await sleep(2_300);
    });
    expect(answers.at(-1)).toBeLessThanOrEqual(acknowledged_at_ms + 2_000 + GUARD_MS);
    await expect(at.leases.ask('switchTo', VIP, 0)).rejects.toThrow('no mark');
  });

  test('that was dropped is not brought back by a late switch', async () => {
    const { mark } = await at.lease(VIP, 5_000);
    await at.leases.ask('drop', VIP);
    await expect(at.leases.ask('switchTo', VIP, mark)).rejects.toThrow('has no lease');
    expect(await at.answered(VIP, () => sleep(100))).toEqual([]);
  });

  test('renewals lose no packet', async () => {
    await at.leases.ask('renew', VIP, 2_000, 5);
    await sleep(50);
    const before = at.dropped();
    const { made, failed } = (await at.client.ask('connects', VIP, 3_000)) as { made: number; failed: number };
    expect(failed).toBe(0);
    expect(made).toBeGreaterThan(100);
    expect(at.dropped()).toBe(before);
  });

  test('ends with a connection that is there', async () => {
    await at.leases.ask('renew', VIP, 200, 50);
    await sleep(50);
    await at.client.ask('stream', VIP, 1);
    await sleep(200);
    await at.leases.ask('stopRenewing');
    const { acknowledged_at_ms } = await at.lease(VIP, 200);
    await sleep(400);
    const answers = (await at.client.ask('stopStream', VIP)) as number[];
    expect(answers.length).toBeGreaterThan(5);
    expect(answers.at(-1)).toBeLessThanOrEqual(acknowledged_at_ms + 200 + GUARD_MS);
  });

  test('dropped it is silent from the acknowledgement on', async () => {
    let dropped_at_ms = 0;
    const answers = await at.answered(VIP, async () => {
      await at.lease(VIP, 2_000);
      await sleep(100);
      dropped_at_ms = (await at.leases.ask('drop', VIP)) as number;
      await sleep(100);
    });
    expect(answers.length).toBeGreaterThan(5);
    expect(answers.at(-1)).toBeLessThanOrEqual(dropped_at_ms);
  });

  test('of one address does nothing for another', async () => {
    await at.lease(VIP, 2_000);
    expect(await at.answered(OTHER_VIP, () => sleep(100))).toEqual([]);
    await at.lease(OTHER_VIP, 2_000);
    await at.leases.ask('drop', OTHER_VIP);
    expect((await at.answered(VIP, () => sleep(100))).length).toBeGreaterThan(5);
  });

  test('without one nothing leaves from the address, an announcement by arping included', async () => {
    at.inClient('sysctl', '-qw', 'net.ipv4.conf.eth0.arp_accept=1');
    const known = (): string => run('ip', '-n', at.network.namespace('client'), 'neigh', 'show', VIP);
    const announce = (): void => void at.inServer('arping', '-q', '-A', '-c', '1', '-w', '1', '-I', 'br0', VIP);
    const forget = (): void => void run('ip', '-n', at.network.namespace('client'), 'neigh', 'del', VIP, 'dev', 'eth0');
    forget();
    succeeds(announce);
    expect(known()).not.toContain(at.network.mac('server'));
    expect(succeeds(() => at.inServer('ping', '-c1', '-W1', '-I', VIP, at.network.address('client')))).toBe(false);
    expect(known()).not.toContain(at.network.mac('server'));
    await at.lease(VIP, 3_000);
    succeeds(announce);
    expect(known()).toContain(at.network.mac('server'));
    expect(succeeds(() => at.inServer('ping', '-c1', '-W1', '-I', VIP, at.network.address('client')))).toBe(true);
    at.knowNeighbour(VIP);
  });

  test('an address that is protected no more passes', async () => {
    await at.leases.ask('unprotect', OTHER_VIP);
    expect((await at.answered(OTHER_VIP, () => sleep(100))).length).toBeGreaterThan(5);
    await expect(at.lease(OTHER_VIP, 200)).rejects.toThrow('is not protected');
    expect(await at.leases.ask('verify')).toBeUndefined();
    await at.leases.ask('protect', OTHER_VIP, 'machine');
    expect(await at.answered(OTHER_VIP, () => sleep(100))).toEqual([]);
  });

  test('is staged and acknowledged within a few milliseconds', async () => {
    const took_ms: number[] = [];
    for (let round = 0; round < 200; round += 1) took_ms.push((await at.stage(VIP, 200)).took_ms);
    took_ms.sort((one, another) => one - another);
    process.stdout.write(`staging: median ${took_ms[100]!.toFixed(2)} ms, 99 of 100 within ${took_ms[198]!.toFixed(2)} ms\n`);
    expect(took_ms[100]).toBeLessThan(100);
  });
});
