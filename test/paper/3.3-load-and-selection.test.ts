import type { LoadSample } from '@dbss/agent/protocol/load/load-sample.ts';
import { averageLoad, predictLoad, remainingCapacity } from '@dbss/agent/protocol/load/prediction.ts';
import { type Candidate, rankCandidates, selectionValue } from '@dbss/agent/protocol/load/selection.ts';
import { World } from '../support/world.ts';
import { ringInMidInterval, SIX } from '../support/normal.ts';
import { ringOf } from '../support/ring-of.ts';

/** A server like those of Table 1: 8,192 MB, four cores, 1000BASE-T in both directions. */
const LIMITS = { physical_memory_kb: 8_388_608, cpu_cores: 4, network_rate_kb_s: 250_000 };

function load(available_memory_kb: number, cpu_idle_percent: number, network_kb_s: number): LoadSample {
  return { available_memory_kb, cpu_idle_percent, network_kb_s };
}

function predicted(now: LoadSample, before: LoadSample): LoadSample {
  return predictLoad(now, before, LIMITS);
}

describe('§3.3 predicted load', () => {
  test('§3.3 the average load of a step is the mean of its measurements', () => {
    expect(averageLoad([load(100, 10, 1), load(200, 30, 3), load(600, 20, 8)])).toEqual(load(300, 20, 4));
    expect(averageLoad([])).toBeUndefined();
  });

  test.each([
    // Am_n, Am_(n-1), Pm_n
    [4_000_000, 4_000_000, 4_000_000],
    [4_000_000, 5_000_000, 3_000_000],
    [5_000_000, 4_000_000, 6_000_000],
    [1_000_000, 3_000_000, 0],
    [0, 0, 0],
    [8_000_000, 1_000_000, 8_388_608],
  ])('§3.3 equation (1): Pm from %d after %d KB is %d KB, between zero and the physical memory', (now, before, expected) => {
    expect(predicted(load(now, 0, 0), load(before, 0, 0)).available_memory_kb).toBe(expected);
  });

  test.each([
    // Ac_n, Ac_(n-1), Pc_n
    [200, 200, 200],
    [200, 300, 100],
    [300, 250, 350],
    [100, 250, 0],
    [390, 300, 400],
  ])('§3.3 equation (2): Pc from %d after %d %% is %d %%, between zero and the number of cores × 100', (now, before, expected) => {
    expect(predicted(load(0, now, 0), load(0, before, 0)).cpu_idle_percent).toBe(expected);
  });

  test.each([
    // An_n, An_(n-1), Pn_n
    [1000, 1000, 1000],
    [1000, 600, 1400],
    [1000, 2500, 0],
    [200_000, 100_000, 250_000],
  ])('§3.3 equation (3): Pn from %d after %d KB is %d KB, between zero and the rated transfer rate × 2', (now, before, expected) => {
    expect(predicted(load(0, 0, now), load(0, 0, before)).network_kb_s).toBe(expected);
  });
});

describe('§3.3 remaining capacity', () => {
  test.each([
    [0, 0],
    [4_194_304, 50],
    [8_388_608, 100],
  ])('§3.3 equation (4): Rm at Pm = %d KB is %d %%', (pm, expected) => {
    expect(remainingCapacity(load(pm, 0, 0), LIMITS).memory).toBe(expected);
  });

  test.each([
    // Tc = Pc + cores, Tc_max = 404
    [400, 100],
    [0, (4 / 404) * 100],
    [198, 50],
  ])('§3.3 equation (5): Rc at Pc = %d %% is %d %%', (pc, expected) => {
    expect(remainingCapacity(load(0, pc, 0), LIMITS).cpu).toBe(expected);
  });

  test.each([
    [0, 100],
    [125_000, 50],
    [250_000, 0],
  ])('§3.3 equation (6): Rn at Pn = %d KB is %d %%', (pn, expected) => {
    expect(remainingCapacity(load(0, 0, pn), LIMITS).network).toBe(expected);
  });
});

describe('§3.3 selection of the management server that creates the virtual server', () => {
  const { weights } = ringOf(SIX, 'mail');

  function candidate(server: string, memory: number, cpu: number, network: number, virtual_servers = 0): Candidate {
    return { server, remaining: { memory, cpu, network }, virtual_servers };
  }

  test.each([
    ['CPU', { memory: 0.5, cpu: 0.4, network: 0.1 }],
    ['NETWORK', { memory: 0.5, cpu: 0.1, network: 0.4 }],
    ['CPU_NET', { memory: 0.5, cpu: 0.25, network: 0.25 }],
  ] as const)('§3.3 weights of a %s type server', (type, expected) => {
    expect(weights[type]).toEqual(expected);
  });

  test.each([
    ['CPU', 0.5 * 80 + 0.4 * 60 + 0.1 * 20],
    ['NETWORK', 0.5 * 80 + 0.1 * 60 + 0.4 * 20],
    ['CPU_NET', 0.5 * 80 + 0.25 * 60 + 0.25 * 20],
  ] as const)('§3.3 selection value for a %s type server', (type, expected) => {
    expect(selectionValue(candidate('a', 80, 60, 20), weights[type])).toBeCloseTo(expected, 10);
  });

  test.each(['CPU', 'NETWORK', 'CPU_NET'] as const)('§3.3 the total value is at most 100 (%s)', (type) => {
    expect(selectionValue(candidate('a', 100, 100, 100), weights[type])).toBeCloseTo(100, 10);
  });

  test('§3.3 each virtual server that already runs there weighs 100', () => {
    expect(selectionValue(candidate('a', 100, 100, 100, 1), weights.CPU)).toBeCloseTo(0, 10);
    expect(rankCandidates([candidate('a', 100, 100, 100, 1), candidate('b', 1, 1, 1)], weights.CPU)[0]?.server).toBe('b');
  });

  test('§3.3 the largest selection value is selected, by the type of the failed target', () => {
    const servers = [candidate('idle-cpu', 50, 100, 0), candidate('idle-network', 50, 0, 100)];
    expect(rankCandidates(servers, weights.CPU)[0]?.server).toBe('idle-cpu');
    expect(rankCandidates(servers, weights.NETWORK)[0]?.server).toBe('idle-network');
  });

  test('§3.3 equal selection values are told apart by name, whatever order the answers came in', () => {
    const servers = [candidate('b', 50, 50, 50), candidate('a', 50, 50, 50), candidate('c', 50, 50, 50)];
    expect(rankCandidates(servers, weights.CPU).map(({ server }) => server)).toEqual(['a', 'b', 'c']);
  });

  test.each(['web2', 'proxy', 'mail'])('§3.3 the virtual server is created on the least loaded server: %s', (idle) => {
    const world = ringInMidInterval(new World(SIX));
    world.loadOf = (server) => load(server === idle ? 7_000_000 : 2_000_000, 300, 100);
    world.run(30_000);
    world.runToInterval(5000);
    world.plug('ftp');
    world.run(20_000);
    expect(world.network.holders(world.vipOf('ftp'))).toEqual([`ftpb@${idle}`]);
  });

  test('§3.3 the load is predicted: a server that is filling up is not selected over one that is emptying', () => {
    const world = ringInMidInterval(new World(SIX));
    const start_ms = world.now_ms;
    const rising = (): number => ((world.now_ms - start_ms) / 1000) * 60_000;
    world.loadOf = (server) =>
      load(server === 'web2' ? 6_000_000 - rising() : server === 'proxy' ? 2_000_000 + rising() : 1_000_000, 300, 100);
    world.run(30_000);
    world.runToInterval(5000);
    world.plug('ftp');
    world.run(20_000);
    expect(world.network.holders(world.vipOf('ftp'))).toEqual(['ftpb@proxy']);
  });
});
