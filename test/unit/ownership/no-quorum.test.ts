import { OwnershipWorld, WAIT_MS } from '../../support/ownership-world.ts';

const NAMES = ['a', 'b', 'c'];

function cutOff(policy: 'stop' | 'keep'): OwnershipWorld {
  const world = new OwnershipWorld(NAMES, { no_quorum: policy });
  world.machine('a').hold();
  world.run(100);
  world.connected = () => false;
  return world;
}

test('stop: a holder that no majority answers lets nothing pass when its lease is over, and the ring hears it', () => {
  const world = cutOff('stop');
  world.run(WAIT_MS);
  expect(world.holders()).toEqual([]);
  expect(world.machine('a').noticed('lease-lost')).toHaveLength(1);
});

test('stop: it holds again as soon as a majority answers', () => {
  const world = cutOff('stop');
  world.run(1000);
  world.connected = () => true;
  world.run(500);
  expect(world.holders()).toEqual(['a']);
  expect(world.machine('a').noticed('lease-began')).toHaveLength(2);
});

test('keep: it goes on without a gap, and the ring hears it', () => {
  const world = cutOff('keep');
  for (let passed_ms = 0; passed_ms < 1000; passed_ms += 1) {
    world.run(1);
    expect(world.holders()).toEqual(['a']);
  }
  expect(world.machine('a').noticed('held-without-majority')).toHaveLength(1);
  expect(world.machine('a').noticed('lease-lost')).toEqual([]);
});

test('keep: a majority that answers again ends it', () => {
  const world = cutOff('keep');
  world.run(500);
  world.connected = () => true;
  world.run(200);
  expect(world.holders()).toEqual(['a']);
  expect(world.machine('a').noticed('lease-began')).toHaveLength(2);
});

test('keep: a voter that supports another holder ends it', () => {
  const world = cutOff('keep');
  world.run(500);
  world.connected = ({ from, to }) => from !== 'a' && to !== 'a';
  world.machine('b').hold();
  // Both answer now: this is what keep risks.
  expect(() => {
    world.run(500);
  }).toThrow('passes on a and b');
  world.connected = () => true;
  for (const one of world.take(() => true)) world.arrive(one);
  for (let passed_ms = 0; passed_ms < 200 && world.holders().length > 1; passed_ms += 1) {
    world.now_ms += 1;
    const a = world.machine('a');
    a.expireTimer();
    for (const one of world.take(() => true)) world.arrive(one);
  }
  expect(world.holders()).toEqual(['b']);
});

test('keep: who had no lease does not begin to hold', () => {
  const world = new OwnershipWorld(NAMES, { no_quorum: 'keep' });
  world.connected = () => false;
  world.machine('a').hold();
  world.run(1500);
  expect(world.holders()).toEqual([]);
});
