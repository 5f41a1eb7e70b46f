import { abnormalities, favouring, ringInMidInterval } from '../support/normal.ts';
import { World } from '../support/world.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

function ring(): World {
  const world = new World(NAMES);
  world.loadOf = favouring('e');
  return ringInMidInterval(world);
}

function cutAll(world: World, but: readonly string[] = []): void {
  for (const name of NAMES) if (!but.includes(name)) world.plug(name);
  world.run(5000);
}

function returnAll(world: World, names: readonly string[], apart_ms: number): void {
  for (const name of names) {
    world.host(name).starts_when_asked = true;
    world.powerOn(name);
    world.run(apart_ms);
  }
}

function expectNormal(world: World): void {
  world.run(250_000);
  world.runToInterval(8000);
  expect(abnormalities(world)).toEqual([]);
  expect(world.doubleHeld).toEqual([]);
}

describe('after a power cut of all servers', () => {
  test.each([
    ['at once', NAMES, 0],
    ['one after another', ['e', 'c', 'a', 'd', 'b'], 7000],
    ['so slowly that the ring starts without the last ones', NAMES, 40_000],
  ] as const)('that return %s the ring runs again', (_, order, apart_ms) => {
    const world = ring();
    cutAll(world);
    returnAll(world, order, apart_ms);
    expectNormal(world);
  });

  test('in the middle of a recovery the newest copy counts, also when its server comes last', () => {
    const world = ring();
    world.host('b').starts_when_asked = false;
    let cut = true;
    world.faults.loseMessages((from, _to, request) => cut && from === 'a' && request.kind === 'edit', 1000);
    world.plug('b');
    world.run(9_100);
    expect(world.host('a').copy).toMatch('a b separation');
    cutAll(world);
    cut = false;
    returnAll(world, ['c', 'd', 'e', 'a'], 3000);
    world.run(60_000);
    expect(world.files('e')?.separation).toBe('2 b b.dat\n');
    world.host('b').starts_when_asked = true;
    world.powerOn('b');
    expectNormal(world);
  });

  test('of which fewer than half return nobody claims anything, and says what it waits for', () => {
    const world = ring();
    for (const name of ['b', 'c', 'e']) world.host(name).starts_when_asked = false;
    cutAll(world);
    returnAll(world, ['a', 'd'], 0);
    world.run(300_000);
    expect(NAMES.flatMap((name) => world.network.holders(world.vipOf(name)))).toEqual([]);
    expect(world.transcript.join('\n')).toMatch('Of its group (a b c d e) a d are up: waiting for more than half of it');
    returnAll(world, ['b', 'c', 'e'], 0);
    expectNormal(world);
  });

  test('of which fewer than half return by themselves the others are woken after a while', () => {
    const world = ring();
    cutAll(world);
    returnAll(world, ['a', 'd'], 0);
    world.run(49_000);
    expect(world.transcript.join('\n')).not.toMatch('magic packet');
    expectNormal(world);
  });

  test('a start that reaches nobody but its own server is made good for all at once', () => {
    const world = ring();
    cutAll(world);
    let flagsLost = true;
    world.faults.loseMessages((from, to, { kind }) => flagsLost && from !== to && kind === 'install-flag', 1000);
    returnAll(world, NAMES, 0);
    world.run(30_000);
    flagsLost = false;
    expect(NAMES.filter((name) => world.host(name).state.executor.phase === 'running')).toHaveLength(1);
    world.run(60_000);
    expect(NAMES.filter((name) => world.host(name).state.executor.phase === 'running')).toEqual(NAMES);
    expectNormal(world);
  });

  test('but one the ring is that of the one that kept its power', () => {
    const world = ring();
    cutAll(world, ['e']);
    returnAll(world, ['a', 'b', 'c', 'd'], 1000);
    expect(world.transcript.join('\n')).not.toMatch('The ring starts again');
    expectNormal(world);
  });

  test('an address at which a virtual server answers is left to it, though its host does not answer over SEM', () => {
    const world = ring();
    world.host('b').starts_when_asked = false;
    world.plug('b');
    world.run(20_000);
    expect(world.network.holders(world.vipOf('b'))).toEqual(['bb@e']);
    world.link('e', 'sem', false);
    cutAll(world, ['e']);
    // As if b's own copy, with b in the group, were the newest that is left.
    for (const name of ['a', 'c', 'd']) world.host(name).copy = world.host('b').copy;
    returnAll(world, ['a', 'b', 'c', 'd'], 0);
    world.run(100_000);
    expect(world.transcript.join('\n')).toMatch(
      `b      Somebody answers at this server's virtual IP address ${world.vipOf('b')}: not taken`,
    );
    expect(world.doubleHeld).toEqual([]);
  });

  test('an operator’s stop of the ring stays one', () => {
    const world = ring();
    for (const name of NAMES) world.setFlag(name, false);
    cutAll(world);
    returnAll(world, NAMES, 0);
    world.run(200_000);
    expect(NAMES.map((name) => world.host(name).state.executor.phase)).toEqual(NAMES.map(() => 'waiting-for-files'));
  });
});
