import type { NoQuorumPolicy } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import { LEASE_PROFILES } from '../../cli/src/inventory/lease-profiles.ts';
import { TIMING_PROFILES } from '../../cli/src/inventory/timing-profiles.ts';
import { cause } from '../../cli/src/simulator/cause.ts';
import { type Checked, installCheckers } from '../../cli/src/simulator/checkers/install-checkers.ts';
import { runUntilReturned } from '../../cli/src/simulator/checkers/returned.ts';
import { madeRing, ownershipOf, WITNESS } from '../../cli/src/simulator/made-ring.ts';
import { abnormalities, ringInMidInterval, SIX } from '../../cli/src/simulator/normal.ts';
import { World } from '../../cli/src/simulator/world.ts';

const FOUR = ['mail', 'ftp', 'web1', 'web2'];

interface Tested {
  readonly world: World;
  /** Violations, as `<invariant> <what>`. */
  readonly told: string[];
  readonly checked: Checked;
  /** Lines of the transcript since the ring was up. */
  readonly lines: () => string[];
}

/** A ring with a witness that asks a majority, up for a while. */
function ring(names: readonly string[] = FOUR, no_quorum: NoQuorumPolicy = 'stop', witness = true): Tested {
  const told: string[] = [];
  const ownership = ownershipOf(names, { lease: LEASE_PROFILES.paper, witness, no_quorum });
  const world = ringInMidInterval(new World(madeRing(names, { quorum: 'majority', ownership, timing: TIMING_PROFILES.paper })));
  const checked = installCheckers(world, TIMING_PROFILES.paper, Math.floor(names.length / 2) + 1, (invariant, what) =>
    told.push(`${String(invariant)} ${what}`),
  );
  const before = world.transcript.length;
  return { world, told, checked, lines: () => world.transcript.slice(before) };
}

function untilReturned({ world, told, checked }: Tested): void {
  runUntilReturned(world, checked.condition, checked.bounds, (invariant, what) => told.push(`${String(invariant)} ${what}`));
}

/** Who answers for the address of each server. */
function holders({ world }: Tested): Record<string, string> {
  return Object.fromEntries(world.names.map((name) => [name, world.network.holders(world.vipOf(name)).join(' and ')]));
}

/** The voters that a machine goes by, in any order. */
function voters({ world }: Tested, name: string): string[] {
  return (world.existing(name).voter.configuration?.voters ?? []).map((voter) => voter.name).sort();
}

test('without a majority no address is set: that is not the hosts’ fault, and they try in each interval', () => {
  const tested = ring(SIX, 'stop', false);
  const { world } = tested;
  for (const name of ['ftp', 'web1', 'web2']) {
    world.host(name).starts_when_asked = false;
    world.plug(name);
  }
  world.run(600_000);
  expect(holders(tested)['ftp']).toBe('');
  expect(tested.lines().join('\n')).toMatch(/Virtual server creation failed: ftpb@\S+ no majority of the voters says yes/);
  const recoveries = [...world.hosts.values()].flatMap(({ state }) => Object.values(state.dbss));
  expect(recoveries.map(({ failedHosts }) => failedHosts.exhausted)).toEqual(recoveries.map(() => 0));
  world.powerOn('web2');
  while (holders(tested)['web2'] !== 'web2') world.run(1000);
  world.run(10_000);
  expect(Object.values(holders(tested)).filter((holder) => holder.includes('b@'))).not.toEqual([]);
});

test('a pulled plug is recovered and returned, and the voters follow the group', () => {
  const tested = ring();
  tested.world.plug('ftp');
  tested.world.run(30_000);
  expect(holders(tested)['ftp']).toMatch(/^ftpb@/);
  expect(voters(tested, 'mail')).toEqual(['mail', 'web1', 'web2', WITNESS]);
  untilReturned(tested);
  tested.world.run(30_000);
  for (const name of [...FOUR, WITNESS]) expect(voters(tested, name)).toEqual([...FOUR, WITNESS].sort());
  expect(abnormalities(tested.world)).toEqual([]);
  expect(tested.told).toEqual([]);
});

describe('a machine outside of the ring answers for the address of a server that fails', () => {
  const PRINTER = '02:00:00:00:00:77';

  test('nobody of the ring sets the address, until that machine is gone', () => {
    const tested = ring();
    const { world } = tested;
    const vip = world.vipOf('ftp');
    world.host('ftp').starts_when_asked = false;
    world.plug('ftp');
    world.network.strangers.set(vip, PRINTER);
    for (let second = 0; second < 300; second += 1) {
      world.run(1_000);
      expect(holders(tested)['ftp']).toBe('');
    }
    expect(tested.lines().join('\n')).toMatch(new RegExp(`Virtual server creation failed: ftpb@\\S+ machine ${PRINTER} answers for it`));
    world.network.strangers.clear();
    world.run(60_000);
    expect(holders(tested)['ftp']).toMatch(/^ftpb@/);
    world.powerOn('ftp');
    world.run(200_000);
    world.runToInterval(8_000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  });

  test('while it is away: it returns when that machine is gone, and nobody else is harmed', () => {
    const tested = ring();
    const { world } = tested;
    const vip = world.vipOf('ftp');
    world.host('ftp').starts_when_asked = false;
    world.plug('ftp');
    world.run(60_000);
    world.network.strangers.set(vip, PRINTER);
    world.host('ftp').starts_when_asked = true;
    world.powerOn('ftp');
    world.run(300_000);
    expect(holders(tested)['ftp']).not.toBe('ftp');
    world.network.strangers.clear();
    world.run(600_000);
    world.runToInterval(8_000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
    expect(tested.told.filter((line) => !line.includes('ftp'))).toEqual([]);
  });

  test('a server that starts with the ring: it sets the address by itself when that machine is gone', () => {
    const tested = ring();
    const { world } = tested;
    world.host('ftp').starts_when_asked = false;
    world.network.strangers.set(world.vipOf('ftp'), PRINTER);
    for (const name of FOUR) world.plug(name);
    world.run(5_000);
    for (const name of FOUR) world.powerOn(name);
    world.run(200_000);
    expect(holders(tested)['ftp']).toBe('');
    world.network.strangers.clear();
    world.run(600_000);
    world.runToInterval(8_000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  });
});

test('three of six at once (Fig. 15): the other three and the witness are a majority, and serve for all', () => {
  const tested = ring(SIX);
  for (const name of ['ftp', 'web2', 'login']) tested.world.plug(name);
  tested.world.run(60_000);
  const served = holders(tested);
  for (const name of ['ftp', 'web2', 'login']) expect(served[name]).toMatch(new RegExp(`^${name}b@(mail|web1|proxy)$`));
  untilReturned(tested);
  expect(tested.told).toEqual([]);
});

test('three neighbours return at once: each has a manager that leads the voters back, and they do not stop each other', () => {
  const tested = ring(SIX);
  for (const name of ['mail', 'ftp', 'web1']) tested.world.plug(name);
  untilReturned(tested);
  tested.world.run(120_000);
  for (const name of [...SIX, WITNESS]) expect(voters(tested, name)).toEqual([...SIX, WITNESS].sort());
  const settled = tested.world.existing('mail').voter.configuration;
  tested.world.run(120_000);
  expect(tested.world.existing('mail').voter.configuration).toEqual(settled);
  // Who led the voters back for web1 does not do so again, now that somebody else leads them without it.
  tested.world.plug('web1');
  let removed = false;
  for (let second = 0; second < 45; second += 1) {
    tested.world.run(1_000);
    const votes = voters(tested, 'mail').includes('web1');
    expect(removed && votes).toBe(false);
    removed ||= !votes;
  }
  expect(removed).toBe(true);
  expect(tested.told).toEqual([]);
});

test('a server that is frozen is taken over when its lease is over, and does not answer when it thaws', () => {
  const tested = ring();
  tested.world.freeze('ftp');
  tested.world.run(3_000);
  expect(holders(tested)['ftp']).toBe('');
  tested.world.run(60_000);
  expect(holders(tested)['ftp']).toMatch(/^ftpb@/);
  tested.world.thaw('ftp');
  untilReturned(tested);
  expect(holders(tested)['ftp']).toBe('ftp');
  expect(tested.told).toEqual([]);
});

test.each(['sem', 'service'] as const)('the %s switch gone for five minutes moves no address', (network) => {
  const tested = ring();
  cause(tested.world, { kind: 'switch', which: network, for_ms: 300_000 });
  tested.world.run(290_000);
  // Each network alone carries the leases.
  for (const name of FOUR) expect(tested.world.host(name).kernel.hasLease(tested.world.vipOf(name), tested.world.now_ms)).toBe(true);
  expect(tested.lines().filter((line) => line.includes('Virtual server creation started'))).toEqual([]);
  tested.world.run(60_000);
  expect(abnormalities(tested.world)).toEqual([]);
  expect(tested.told).toEqual([]);
});

test.each(['in', 'out'] as const)(
  'a server whose packets pass in one direction only (%s is dead) is never one of two holders',
  (direction) => {
    const tested = ring();
    for (const network of ['sem', 'service'] as const) {
      cause(tested.world, { kind: 'one-way', server: 'ftp', network, direction, for_ms: 120_000 });
    }
    tested.world.run(100_000);
    expect(holders(tested)['ftp']).toMatch(/^ftpb@/);
    expect(tested.told.filter((line) => line.startsWith('1 '))).toEqual([]);
    tested.world.run(30_000);
    expect(tested.told.filter((line) => line.startsWith('1 '))).toEqual([]);
  },
);

test('an agent that is restarted in an orderly way takes its lease up before it ends', () => {
  const tested = ring();
  const { world } = tested;
  world.tell(world.host('ftp'), { kind: 'prepare-restart' });
  world.run(100);
  expect(world.host('ftp').server.preparedForRestart).toBe(true);
  const outages = tested.checked.outages.all.length;
  world.restartAgent('ftp', 1_500);
  world.run(30_000);
  expect(tested.checked.outages.all.length).toBe(outages);
  expect(holders(tested)['ftp']).toBe('ftp');
  expect(tested.told).toEqual([]);
});

describe('without a majority', () => {
  /** mail alone reaches nobody: of four voters and a witness it has one vote. */
  const cutOff = (tested: Tested): void => {
    tested.world.link('mail', 'sem', false);
    for (const other of [...FOUR, WITNESS]) {
      if (other === 'mail') continue;
      tested.world.faults.cut('service', 'mail', other, true);
      tested.world.faults.cut('service', other, 'mail', true);
    }
    tested.world.disturbed('partition');
  };

  test('stop: the address is silent when its lease is over, and the operator is told', () => {
    const tested = ring(FOUR, 'stop');
    cutOff(tested);
    tested.world.run(4_000);
    expect(holders(tested)['mail']).toBe('');
    expect(tested.lines()).toContainEqual(expect.stringMatching(/mail +198\.18\.0\.101 is not held here any more: no majority/));
  });

  test('keep: it goes on answering, and the operator is told that another may too', () => {
    const tested = ring(FOUR, 'keep');
    cutOff(tested);
    tested.world.run(4_000);
    expect(holders(tested)['mail']).toBe('mail');
    expect(tested.lines()).toContainEqual(
      expect.stringMatching(/mail +No majority of the voters answers for 198\.18\.0\.101: it is held all the same/),
    );
  });
});

describe('a target that lives and keeps its address', () => {
  /** The service of ftp is ill, and it does not hear SEM: it cannot be asked to give its address up, and its lease goes on. */
  const ill = (tested: Tested): void => {
    tested.world.link('ftp', 'sem', false);
    cause(tested.world, { kind: 'service', server: 'ftp', how: 'broken', for_ms: 200_000 });
  };

  test('without a fencing device nothing is taken from it, and the operator is told', () => {
    const tested = ring();
    ill(tested);
    tested.world.run(100_000);
    expect(holders(tested)['ftp']).toBe('ftp');
    expect(tested.lines()).toContainEqual(expect.stringMatching(/ftp is not known to be off \(ftp has no fencing device\)/));
    expect(tested.told.filter((line) => line.startsWith('1 '))).toEqual([]);
  });

  test('with one it is switched off, and its address is taken without waiting for its lease', () => {
    const tested = ring();
    tested.world.fenceable.add('ftp');
    ill(tested);
    tested.world.run(60_000);
    expect(holders(tested)['ftp']).toMatch(/^ftpb@/);
    expect(tested.lines()).toContainEqual(expect.stringMatching(/ftp is off, verified by its fencing device/));
    expect(tested.told.filter((line) => line.startsWith('1 '))).toEqual([]);
  });
});
