import { nextConfiguration, wantedVoters } from '@dbss/agent/protocol/ownership/leader/next-configuration.ts';
import type { VotersConfiguration } from '@dbss/agent/protocol/ownership/voters-configuration.ts';
import { LONG_WAIT_MS, type Machine, OwnershipWorld, VIP } from '../../support/ownership-world.ts';

const NAMES = ['a', 'b', 'c', 'd'];

function votersOf(machine: Machine): string[] {
  return (machine.disk.configuration?.voters ?? []).map(({ name, weight }) => `${name}${weight === 1 ? '' : String(weight)}`);
}

/** Every configuration after the first that any machine went by, in order. */
function configurationsOf(world: OwnershipWorld): VotersConfiguration[] {
  const all = [...world.machines.values()].flatMap((machine) => machine.noticed('voters-changed'));
  const byVersion = new Map(
    all
      .filter(({ configuration }) => configuration.version > 1)
      .map(({ configuration }) => [configuration.term * 1000 + configuration.version, configuration]),
  );
  return [...byVersion.entries()].sort(([one], [other]) => one - other).map(([, configuration]) => configuration);
}

test('the voters become those that are wanted, one vote at a time, and stay a majority for who holds an address', () => {
  const world = new OwnershipWorld([...NAMES, 'witness']);
  const a = world.machine('a');
  a.hold();
  world.run(10);
  world.freeze('c');
  world.freeze('d');
  a.tell({ kind: 'want-voters', voters: ['a', 'b', 'witness'] });
  world.run(4 * LONG_WAIT_MS);
  expect(votersOf(world.machine('b'))).toEqual(['a', 'b', 'witness']);
  const sums = configurationsOf(world).map(({ voters }) => voters.reduce((sum, { weight }) => sum + weight, 0));
  expect(sums).toEqual([5, 4, 3]);
  expect(world.holders()).toEqual(['a']);
  expect(a.noticed('lease-lost')).toEqual([]);
  world.freeze('b');
  world.run(1000);
  expect(world.holders()).toEqual(['a']);
}, 60_000);

test('a machine that comes back is taken in with the disk that it has', () => {
  const world = new OwnershipWorld(NAMES);
  world.machine('a').tell({ kind: 'want-voters', voters: ['a', 'b', 'c'] });
  world.run(2 * LONG_WAIT_MS);
  expect(votersOf(world.machine('b'))).toEqual(['a', 'b', 'c']);
  const d = world.machine('d');
  d.disk = { uuid: 'new disk of d', configuration: undefined, granted: {} };
  d.boot();
  world.machine('a').tell({ kind: 'want-voters', voters: NAMES });
  world.run(2 * LONG_WAIT_MS);
  expect(world.machine('b').disk.configuration?.voters.at(-1)).toEqual({ name: 'd', uuid: 'new disk of d', weight: 1 });
  expect(d.disk.configuration).toEqual(world.machine('b').disk.configuration);
}, 60_000);

test('C2: the term is written anew before anything is changed', () => {
  const world = new OwnershipWorld(NAMES);
  world.machine('a').tell({ kind: 'want-voters', voters: ['a', 'b', 'c'] });
  world.run(2 * LONG_WAIT_MS);
  expect(configurationsOf(world).map(({ term, version, voters }) => [term, version, voters.length])).toEqual([
    [2, 2, 4],
    [2, 3, 3],
  ]);
}, 60_000);

test('C3: without a majority of the present voters nothing is changed', () => {
  const world = new OwnershipWorld(NAMES);
  world.connected = ({ from, to }) => [from, to].every((name) => name === 'a' || name === 'b');
  world.machine('a').tell({ kind: 'want-voters', voters: ['a', 'b'] });
  world.run(3 * LONG_WAIT_MS);
  expect(votersOf(world.machine('a'))).toEqual(NAMES);
  expect(world.machine('a').disk.configuration?.term).toBe(1);
}, 60_000);

test('C3: after a change the next one waits for the longest lease of the configuration before', () => {
  const world = new OwnershipWorld(NAMES);
  const a = world.machine('a');
  a.tell({ kind: 'want-voters', voters: ['a', 'b'] });
  world.run(10);
  expect(a.disk.configuration).toMatchObject({ term: 2, version: 2 });
  world.run(LONG_WAIT_MS - 20);
  expect(votersOf(a)).toHaveLength(4);
  world.run(20);
  expect(votersOf(a)).toHaveLength(3);
  world.run(LONG_WAIT_MS - 20);
  expect(votersOf(a)).toHaveLength(3);
  world.run(40);
  expect(votersOf(a)).toHaveLength(2);
});

test('C4: two that want to lead end with one configuration, and the one before it', () => {
  const world = new OwnershipWorld(NAMES);
  world.machine('a').tell({ kind: 'want-voters', voters: ['a', 'b', 'c'] });
  world.machine('b').tell({ kind: 'want-voters', voters: ['a', 'b', 'c'] });
  world.run(8 * LONG_WAIT_MS);
  for (const name of ['a', 'b', 'c']) expect(votersOf(world.machine(name))).toEqual(['a', 'b', 'c']);
  const all = configurationsOf(world);
  const sizes = all.map(({ voters }) => voters.length);
  expect(sizes.filter((size, index) => index > 0 && Math.abs(size - (sizes[index - 1] ?? size)) > 1)).toEqual([]);
}, 60_000);

test('bootstrap gives the first voters, and none where there are some', () => {
  const world = new OwnershipWorld(NAMES);
  const a = world.machine('a');
  const other = { term: 1, version: 1, voters: [{ name: 'a', uuid: 'disk of a', weight: 1 }] };
  a.tell({ kind: 'install-configuration', configuration: other });
  expect(votersOf(a)).toEqual(NAMES);
  a.disk = { uuid: 'disk of a', configuration: undefined, granted: {} };
  a.start();
  a.tell({ kind: 'hold', address: VIP });
  expect(world.flying).toEqual([]);
  a.tell({ kind: 'install-configuration', configuration: other });
  expect(votersOf(a)).toEqual(['a']);
});

test('a configuration without voters is none', () => {
  const world = new OwnershipWorld(NAMES);
  const a = world.machine('a');
  a.tell({ kind: 'install-configuration', configuration: { term: 9, version: 1, voters: [] } });
  expect(votersOf(a)).toEqual(NAMES);
});

describe('one step on the way to other voters', () => {
  const uuidOf = (name: string): string => `disk of ${name}`;
  const inventory = ['a', 'b', 'c', 'witness'].map((name) => {
    return { name, serviceAddress: '', semAddress: '', weight: 1, witness: name === 'witness' };
  });

  test('changes one vote of one voter', () => {
    let present: VotersConfiguration = { term: 1, version: 1, voters: wantedVoters(inventory, ['a', 'b', 'c', 'witness'], uuidOf) };
    const seen: string[] = [];
    for (let steps = 0; steps < 10; steps += 1) {
      seen.push(present.voters.map(({ name, weight }) => `${name}${String(weight)}`).join(' '));
      const next = nextConfiguration(present, wantedVoters(inventory, ['a', 'b'], uuidOf));
      if (next === undefined) break;
      present = next;
    }
    expect(seen).toEqual(['a1 b1 c1 witness2', 'a1 b1 witness2', 'a1 b1 witness1', 'a1 b1']);
  });

  test('never takes the last vote away', () => {
    const present = { term: 1, version: 1, voters: wantedVoters(inventory, ['a'], uuidOf) };
    expect(nextConfiguration(present, [])).toBeUndefined();
    const both = nextConfiguration(present, wantedVoters(inventory, ['b'], uuidOf));
    expect(both?.voters.map(({ name }) => name)).toEqual(['a', 'b']);
    const other = nextConfiguration(both ?? present, wantedVoters(inventory, ['b'], uuidOf));
    expect(other?.voters.map(({ name }) => name)).toEqual(['b']);
  });

  test('takes a voter with a new disk for another voter', () => {
    const present = { term: 1, version: 1, voters: wantedVoters(inventory, ['a', 'b'], uuidOf) };
    const target = wantedVoters(inventory, ['a', 'b'], (name) => (name === 'b' ? 'new disk' : uuidOf(name)));
    const without = nextConfiguration(present, target);
    expect(without?.voters.map(({ name }) => name)).toEqual(['a']);
    expect(nextConfiguration(without ?? present, target)?.voters).toEqual(target);
  });
});
