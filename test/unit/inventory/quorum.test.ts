import { readFileSync } from 'node:fs';
import path from 'node:path';
import { installationRoot } from '../../../cli/src/installation.ts';
import { LEASE_PROFILES } from '../../../cli/src/inventory/lease-profiles.ts';
import { checkInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { TIMING_PROFILES } from '../../../cli/src/inventory/timing-profiles.ts';
import { LAB, labInventory, placeOf, problemsIn, replaced } from './lab-inventory.ts';
import { inventoryText } from './made-inventory.ts';

const WITNESS = '    dbss_witness:\n      hosts:\n        files: { ansible_host: 198.18.21.99, dbss_real_ip: 198.18.20.99 }\n';

describe('whom a server asks', () => {
  test('a majority, unless the inventory says otherwise', () => {
    expect(checkInventory('site.yml', inventoryText(['a', 'b', 'c']))).toMatchObject({ quorum: 'majority', noQuorum: 'stop' });
    expect(checkInventory('site.yml', replaced(LAB, 'dbss_quorum: majority', 'dbss_quorum: none')).quorum).toBe('none');
  });

  test('two servers and a witness are three voters', () => {
    const inventory = checkInventory('site.yml', replaced(inventoryText(['a', 'b']), '    dbss_quorum: none\n', '') + WITNESS);
    expect(inventory).toMatchObject({
      quorum: 'majority',
      witness: { name: 'files', semAddress: '198.18.21.99', realIp: '198.18.20.99' },
      advice: [],
    });
  });

  test('two servers that can fence each other need no third voter; one that can is not enough', () => {
    const fence = 'dbss_fencing: { agent: fence_virt }';
    const both = replaced(inventoryText(['a', 'b']), 'dbss_quorum: none', 'dbss_quorum: majority').replaceAll(
      'dbss_memory_mb: 2048',
      `dbss_memory_mb: 2048\n          ${fence}`,
    );
    expect(problemsIn(both)).toEqual([]);
    expect(problemsIn(replaced(both, `          ${fence}\n`, ''))).toHaveLength(1);
  });

  test('an even number of servers without a witness is allowed, and advised against with the number of failures that it bears', () => {
    const text = inventoryText(['a', 'b', 'c', 'd']);
    expect(checkInventory('site.yml', text).advice).toEqual([
      expect.objectContaining({
        ...placeOf(text, 'hosts:'),
        found: '4 servers and no witness: 1 of them may die at once, as of 3',
        expected: 'a machine in dbss_witness (the file server, say): then 2 may',
      }),
    ]);
    expect(checkInventory('site.yml', replaced(text, '  children:', '    dbss_quorum: none\n  children:')).advice).toEqual([]);
    expect(checkInventory('site.yml', text + WITNESS).advice).toEqual([]);
    expect(checkInventory('site.yml', inventoryText(['a', 'b', 'c']) + WITNESS).advice).toEqual([]);
  });

  test('the lab has seven voters: half of its servers may die at once', () => {
    expect(labInventory()).toMatchObject({ quorum: 'majority', advice: [] });
  });

  test.each([
    ['dbss_no_quorum', 'keep'],
    ['dbss_duplicate_address', 'take'],
  ])('the policy %s: %s, which means nothing where nobody is asked, is told as advice', (key, value) => {
    const text = replaced(LAB, 'dbss_quorum: majority', `dbss_quorum: none\n    ${key}: ${value}`);
    expect(checkInventory('site.yml', text).advice).toEqual([
      expect.objectContaining({ ...placeOf(text, key), found: `${key} beside dbss_quorum: none` }),
    ]);
  });
});

describe.each(['paper', 'fast', 'wan'] as const)('the leases of the profile %s', (profile) => {
  const { lease_ms, long_lease_ms, renewal_ms, clock_error, kernel_guard_ms } = LEASE_PROFILES[profile];
  const timing = TIMING_PROFILES[profile];
  const wait_ms = (length_ms: number): number => ((length_ms + kernel_guard_ms) * (1 + clock_error)) / (1 - clock_error);

  test('are asked for again four times before they end', () => {
    expect(renewal_ms * 4).toBeLessThanOrEqual(lease_ms);
  });

  test('are at most five seconds, also before a planned restart, which gets no shorter one', () => {
    expect(long_lease_ms).toBeLessThanOrEqual(5_000);
    expect(long_lease_ms).toBeGreaterThanOrEqual(lease_ms);
  });

  test('reckon with a clock that is slewed as fast as chrony may here, and with a crystal that is off by 0.02 %', () => {
    const file = path.join(installationRoot(), 'ansible/roles/clock/files/rootfs/etc/chrony/conf.d/dbss.conf');
    const [, maxslewrate_ppm] = /^maxslewrate (\d+)$/m.exec(readFileSync(file, 'utf8')) ?? [];
    expect(clock_error).toBeGreaterThanOrEqual((Number(maxslewrate_ppm) + 200) / 1e6);
  });

  test('reckon with a kernel that ticks a hundred times a second', () => {
    expect(kernel_guard_ms).toBeGreaterThanOrEqual(1_000 / 100);
  });

  test('are over, for every voter, when the failure of a dead holder is certain, or within 0.3 s', () => {
    // It is examined, and examined again, before anything is taken over.
    expect(wait_ms(lease_ms)).toBeLessThanOrEqual(Math.max(300, 2 * timing.network_examination_ms));
  });

  test('let a voter that starts vote again before a machine can have restarted', () => {
    expect(wait_ms(long_lease_ms)).toBeLessThan(timing.restart_wait_ms);
  });
});
