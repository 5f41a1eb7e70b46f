import type { Claim } from '@dbss/agent/protocol/ownership/claim.ts';
import { configurationOf, LEASE_MS, type Machine, OwnershipWorld, VIP, WAIT_MS } from '../../support/ownership-world.ts';

const NAMES = ['a', 'b', 'c'];
const OTHER_VIP = '198.18.0.102';

function heldBy(name: string, names: readonly string[] = NAMES): { readonly world: OwnershipWorld; readonly holder: Machine } {
  const world = new OwnershipWorld(names);
  const holder = world.machine(name);
  holder.hold();
  world.run(10);
  expect(world.holders()).toEqual([name]);
  return { world, holder };
}

function claimIn(holder: Machine): Claim {
  const [claim] = holder.claims;
  if (claim === undefined) throw new Error('no claim');
  return claim;
}

describe('H1: a claim', () => {
  test('is in /run before any voter hears of it', () => {
    const world = new OwnershipWorld(NAMES);
    const a = world.machine('a');
    a.held.add('store-claim');
    a.hold();
    expect(world.flying).toEqual([]);
    a.release('store-claim');
    expect(world.flying).toHaveLength(2);
  });

  test('has a higher epoch than every one seen', () => {
    const { world } = heldBy('a');
    world.freeze('a');
    world.machine('b').hold();
    world.run(WAIT_MS + 30);
    expect(world.holders()).toEqual(['b']);
    expect(claimIn(world.machine('b')).epoch).toBe(2);
  });

  test('that is too old for a voter is made anew at once, with a higher epoch', () => {
    const world = new OwnershipWorld(NAMES);
    for (const name of ['b', 'c']) {
      const machine = world.machine(name);
      machine.disk = { ...machine.disk, granted: { [VIP]: { epoch: 41, holder: 'c', nonce: 'old' } } };
      machine.start();
    }
    world.now_ms += 4000;
    world.machine('a').hold();
    world.run(20);
    expect(world.holders()).toEqual(['a']);
    expect(claimIn(world.machine('a')).epoch).toBe(42);
  });
});

describe('H2: a renewal', () => {
  test('is staged in the kernel before the voters are asked', () => {
    const world = new OwnershipWorld(NAMES);
    const a = world.machine('a');
    a.held.add('stage-lease');
    a.hold();
    expect(world.flying).toEqual([]);
    expect(a.release('stage-lease').length_ms).toBe(LEASE_MS);
    expect(world.flying.map(({ to, message }) => [to, message.kind])).toEqual([
      ['b', 'ask'],
      ['c', 'ask'],
    ]);
  });

  test('comes every quarter of the lease: it does not end while voters answer', () => {
    const { world, holder } = heldBy('a');
    world.run(1000);
    expect(world.holders()).toEqual(['a']);
    expect(holder.noticed('lease-began')).toHaveLength(1);
    expect(holder.noticed('lease-lost')).toEqual([]);
  });

  test('carries all addresses of a machine in one datagram', () => {
    const { world, holder } = heldBy('a');
    holder.hold(OTHER_VIP);
    world.run(200);
    expect(world.holders(OTHER_VIP)).toEqual(['a']);
    const sizes: number[] = [];
    world.connected = ({ message }): boolean => {
      if (message.kind === 'ask') sizes.push(message.asks.length);
      return true;
    };
    world.run(200);
    expect(new Set(sizes)).toEqual(new Set([2]));
  });

  test('that the kernel does not take is not sent', () => {
    const { world, holder } = heldBy('a');
    holder.held.add('stage-lease');
    world.run(50);
    holder.fail('stage-lease');
    expect(world.take(({ from }) => from === 'a')).toEqual([]);
  });
});

describe('H3: a yes counts', () => {
  test('only for this very claim', () => {
    const world = new OwnershipWorld(NAMES);
    const a = world.machine('a');
    a.hold();
    world.take(() => true);
    const claim = { ...claimIn(a), nonce: 'other' };
    const replies = [{ claim, sequence: 20_000_000, yes: true }];
    for (const voter of ['b', 'c']) {
      const message = { kind: 'reply', voter, uuid: `disk of ${voter}`, configuration: configurationOf(NAMES), replies } as const;
      a.tell({ kind: 'datagram', from: voter, message });
    }
    expect(world.holders()).toEqual([]);
  });

  test.each([
    ['another disk', { uuid: 'new disk' }],
    ['an older configuration', { configuration: { ...configurationOf(NAMES), version: 0 } }],
    ['a machine that is no voter', { voter: 'x', uuid: 'disk of x' }],
  ])('not from %s', (_, difference) => {
    const world = new OwnershipWorld([...NAMES, 'd', 'e']);
    const a = world.machine('a');
    a.hold();
    world.take(() => true);
    const sequence = a.state.holder.nextSequence - 1;
    const replies = [{ claim: claimIn(a), sequence, yes: true }];
    const reply = { kind: 'reply', voter: 'b', uuid: 'disk of b', configuration: configurationOf([...NAMES, 'd', 'e']), replies } as const;
    const say = (message: typeof reply | (typeof reply & object)): void => {
      a.tell({ kind: 'datagram', from: message.voter, message });
    };
    say(reply);
    say({ ...reply, ...difference, replies } as typeof reply);
    expect(world.holders()).toEqual([]);
    say({ ...reply, voter: 'c', uuid: 'disk of c' } as unknown as typeof reply);
    expect(world.holders()).toEqual(['a']);
  });

  test('once per voter, over however many networks it came', () => {
    const world = new OwnershipWorld([...NAMES, 'd', 'e']);
    world.connected = ({ from, to }) => [from, to].every((name) => name === 'a' || name === 'b');
    const a = world.machine('a');
    a.hold();
    const asks = world.take(() => true);
    for (const ask of [...asks, ...asks]) world.arrive(ask);
    const replies = world.take(() => true);
    for (const reply of [...replies, ...replies]) world.arrive(reply);
    expect(world.holders()).toEqual([]);
  });
});

describe('H4: the lease', () => {
  test('needs more than half of the votes: half of four is none', () => {
    const world = new OwnershipWorld([...NAMES, 'd']);
    world.connected = ({ from, to }) => [from, to].every((name) => name === 'a' || name === 'b');
    world.machine('a').hold();
    world.run(500);
    expect(world.holders()).toEqual([]);
  });

  test('ends with the newest ask that a majority has acknowledged, not with the newest acknowledged one', () => {
    const { world } = heldBy('a', [...NAMES, 'd', 'e']);
    world.run(100);
    // From now on only b answers.
    world.connected = ({ from, to }) => [from, to].every((name) => name === 'a' || name === 'b');
    world.run(LEASE_MS - 52);
    expect(world.holders()).toEqual(['a']);
    world.run(52);
    expect(world.holders()).toEqual([]);
  });

  test('that is switched on too late lets nothing pass', () => {
    const world = new OwnershipWorld(NAMES);
    const a = world.machine('a');
    a.held.add('switch-lease');
    a.hold();
    world.run(LEASE_MS + 10);
    a.release('switch-lease');
    expect(world.holders()).toEqual([]);
  });
});

describe('H5: new voters', () => {
  test('have acknowledged nothing, and the kernel’s lease runs on', () => {
    const { world, holder } = heldBy('a');
    world.run(60);
    world.connected = () => false;
    holder.tell({
      kind: 'datagram',
      from: 'b',
      message: { kind: 'ask', configuration: { ...configurationOf(NAMES), version: 2 }, asks: [] },
    });
    expect(holder.state.document.configuration?.version).toBe(2);
    world.run(100);
    expect(world.holders()).toEqual(['a']);
    world.run(100);
    expect(world.holders()).toEqual([]);
  });
});

describe('H6: to give up', () => {
  test('is to ask nobody, let nothing pass, forget the claim, and only then to say so', () => {
    const { world, holder } = heldBy('a');
    const claim = claimIn(holder);
    world.take(() => true);
    for (const kind of ['drop-lease', 'store-claim'] as const) holder.held.add(kind);
    holder.tell({ kind: 'give-up', address: VIP });
    expect(world.flying).toEqual([]);
    holder.release('drop-lease');
    expect(world.holders()).toEqual([]);
    expect(world.flying).toEqual([]);
    expect(holder.noticed('given-up')).toEqual([]);
    holder.release('store-claim');
    expect(world.flying.map(({ message }) => message)).toEqual([
      { kind: 'free', claim, by: 'holder' },
      { kind: 'free', claim, by: 'holder' },
    ]);
    expect(holder.noticed('given-up')).toEqual([{ kind: 'given-up', address: VIP }]);
  });

  test('is tried until it works: without it nobody hears that the claim is over', () => {
    const { world, holder } = heldBy('a');
    world.take(() => true);
    for (const kind of ['drop-lease', 'store-claim'] as const) holder.held.add(kind);
    holder.tell({ kind: 'give-up', address: VIP });
    for (const kind of ['drop-lease', 'store-claim'] as const) {
      holder.fail(kind);
      world.run(20);
      expect(world.flying).toEqual([]);
      holder.release(kind);
    }
    expect(world.flying.map(({ message }) => message.kind)).toEqual(['free', 'free']);
  });

  test('lets another have the address at once', () => {
    const { world, holder } = heldBy('a');
    holder.tell({ kind: 'give-up', address: VIP });
    world.run(2);
    world.machine('b').hold();
    world.run(10);
    expect(world.holders()).toEqual(['b']);
  });

  test('without a majority for long enough is done by itself: a minority’s voters are not kept locked', () => {
    const world = new OwnershipWorld(NAMES);
    world.connected = ({ from, to }) => from !== 'c' && to !== 'c' && !(from === 'b' && to === 'a');
    world.machine('a').hold();
    world.run(WAIT_MS + LEASE_MS + 10);
    expect(world.machine('b').state.voter.locks[VIP]?.freed).toBe(true);
  });

  test('two that took each other’s votes do not do so for ever', () => {
    const world = new OwnershipWorld([...NAMES, 'd']);
    for (const name of ['a', 'b']) world.machine(name).hold();
    world.run(2000);
    expect(world.holders()).toHaveLength(1);
  });
});

describe('H7: an agent that starts again', () => {
  test('takes up the claim in /run: the address never stops', () => {
    const { world, holder } = heldBy('a');
    const claim = claimIn(holder);
    const [b, c] = [world.machine('b'), world.machine('c')];
    world.run(60);
    holder.start();
    for (let passed_ms = 0; passed_ms < 400; passed_ms += 1) {
      world.run(1);
      expect(world.holders()).toEqual(['a']);
    }
    expect(holder.claims).toEqual([claim]);
    expect([b, c].map(({ disk }) => disk.granted[VIP]?.nonce)).toEqual([claim.nonce, claim.nonce]);
  });

  test('has nothing acknowledged: answers to the earlier agent count for nothing', () => {
    const { world, holder } = heldBy('a');
    world.run(45);
    const late: typeof world.flying = [];
    world.connected = (one) => {
      if (one.to === 'a' && one.message.kind === 'reply') late.push(one);
      return one.to !== 'a';
    };
    world.run(20);
    holder.start();
    const active = holder.active[VIP];
    for (const one of late) holder.tell({ kind: 'datagram', from: one.from, message: one.message });
    expect(late).not.toEqual([]);
    expect(holder.active[VIP]).toBe(active);
  });

  test('after a reboot claims nothing by itself', () => {
    const { world, holder } = heldBy('a');
    holder.boot();
    world.run(300);
    expect(world.holders()).toEqual([]);
    expect(holder.noticed('lease-began')).toHaveLength(1);
  });
});

describe('before a planned restart', () => {
  test('a long lease bridges it', () => {
    const { world, holder } = heldBy('a');
    holder.tell({ kind: 'prepare-restart' });
    expect(holder.noticed('prepared-for-restart')).toEqual([]);
    world.run(5);
    expect(holder.noticed('prepared-for-restart')).toHaveLength(1);
    world.freeze('a');
    world.run(2000);
    expect(world.holders()).toEqual(['a']);
    world.machine('a').frozen = false;
    holder.start();
    world.run(2000);
    expect(world.holders()).toEqual(['a']);
  });

  test('a machine that holds nothing is prepared at once', () => {
    const world = new OwnershipWorld(NAMES);
    world.machine('a').tell({ kind: 'prepare-restart' });
    expect(world.machine('a').noticed('prepared-for-restart')).toHaveLength(1);
  });

  test('which does not come, leases become short again', () => {
    const { world, holder } = heldBy('a');
    holder.tell({ kind: 'prepare-restart' });
    world.run(3100);
    world.freeze('a');
    world.run(3000);
    expect(world.holders()).toEqual([]);
  });

  test('a yes to a short lease is none to the long one that was asked for before it', () => {
    const { world, holder } = heldBy('a');
    // Only b hears of the long lease, and its yes comes late.
    const late: typeof world.flying = [];
    world.connected = (one) => {
      if (one.from === 'b' && one.to === 'a') late.push(one);
      return one.to === 'b';
    };
    holder.tell({ kind: 'prepare-restart' });
    world.run(20);
    holder.start();
    world.connected = ({ from, to }) => from !== 'b' && to !== 'b';
    world.run(5);
    for (const { from, message } of late) holder.tell({ kind: 'datagram', from, message });
    world.freeze('a');
    world.run(LEASE_MS + 1);
    expect(late).not.toEqual([]);
    expect(world.holders()).toEqual([]);
  });
});
