/** Histories by which earlier versions of the protocol let two machines pass one address. */
import { LEASE_MS, OwnershipWorld, VIP, WAIT_MS } from '../../support/ownership-world.ts';

const NAMES = ['a', 'b', 'c'];

test('1: a holder that is frozen between the majority’s yes and the kernel gets no fresh lease out of it', () => {
  const world = new OwnershipWorld(NAMES);
  const a = world.machine('a');
  a.held.add('switch-lease');
  a.hold();
  world.run(5);
  world.freeze('a');
  world.machine('b').hold();
  world.run(WAIT_MS + 30);
  expect(world.holders()).toEqual(['b']);
  world.thaw('a');
  a.release('switch-lease');
  expect(world.holders()).toEqual(['b']);
});

test('2: a late ask and a late Free of a claim that is over do nothing to the next claim of the same machine', () => {
  const world = new OwnershipWorld(NAMES);
  const a = world.machine('a');
  a.hold();
  const lateAsks = world.take(({ to }) => to === 'b');
  for (const one of world.take(() => true)) world.arrive(one);
  world.run(2);
  a.tell({ kind: 'give-up', address: VIP });
  const lateFrees = world.take(({ to, message }) => to === 'b' && message.kind === 'free');
  world.run(1);
  a.boot();
  world.now_ms += 4000;
  a.hold();
  world.run(5);
  expect(world.holders()).toEqual(['a']);
  const locked = world.machine('b').state.voter.locks[VIP]?.claim;
  for (const one of [...lateAsks, ...lateFrees]) world.arrive(one);
  expect(lateAsks).not.toEqual([]);
  expect(lateFrees).not.toEqual([]);
  expect(world.machine('b').state.voter.locks[VIP]).toMatchObject({ claim: locked, freed: false });
});

test('3: a late Free of the old claim does not free the new one', () => {
  const world = new OwnershipWorld(NAMES);
  const a = world.machine('a');
  a.hold();
  world.run(5);
  a.tell({ kind: 'give-up', address: VIP });
  const frees = world.take(({ message }) => message.kind === 'free');
  world.run(WAIT_MS);
  a.hold();
  world.run(WAIT_MS);
  expect(world.holders()).toEqual(['a']);
  for (const one of frees) world.arrive(one);
  world.freeze('a');
  world.machine('b').hold();
  world.run(LEASE_MS - 60);
  expect(world.holders()).toEqual(['a']);
});

test('4: a voter that starts waits for the end of a long lease, not of a short one', () => {
  const world = new OwnershipWorld(NAMES);
  const a = world.machine('a');
  a.hold();
  world.connected = ({ from, to }) => from !== 'c' && to !== 'c';
  world.run(10);
  a.tell({ kind: 'prepare-restart' });
  world.run(5);
  world.freeze('a');
  world.connected = () => true;
  world.machine('b').start();
  world.machine('c').hold();
  world.run(WAIT_MS * 5);
  expect(world.holders()).toEqual(['a']);
});

test('5: voters that are removed one after the other wait for the leases of those before', () => {
  const world = new OwnershipWorld(NAMES);
  const a = world.machine('a');
  a.hold();
  world.run(10);
  a.tell({ kind: 'prepare-restart' });
  world.run(5);
  world.freeze('a');
  world.machine('c').tell({ kind: 'want-voters', voters: ['b', 'c'] });
  world.machine('c').hold();
  world.run(60);
  world.freeze('b');
  world.machine('c').tell({ kind: 'want-voters', voters: ['c'] });
  world.run(2800);
  // The lease of a runs still, and c alone has not become a majority.
  expect(world.holders()).toEqual(['a']);
  world.run(4000);
  expect(world.machine('c').state.document.configuration?.voters.length).toBeGreaterThan(1);
});
