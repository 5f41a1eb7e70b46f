import type { Claim, LeaseLength } from '@dbss/agent/protocol/ownership/claim.ts';
import type { OwnershipMessage, Reply } from '@dbss/agent/protocol/ownership/ownership-messages.ts';
import type { VotersConfiguration } from '@dbss/agent/protocol/ownership/voters-configuration.ts';
import { initialOwnershipState } from '@dbss/agent/protocol/ownership/ownership-step.ts';
import { voterMemoryOf } from '@dbss/agent/protocol/ownership/voter/recall.ts';
import { configurationOf, LONG_WAIT_MS, type Machine, OwnershipWorld, VIP, WAIT_MS } from '../../support/ownership-world.ts';

const NAMES = ['a', 'b', 'c'];
const CONFIGURATION = configurationOf(NAMES);

/** A voter alone; the test speaks for the holders a and b. */
function voterAlone(): { readonly world: OwnershipWorld; readonly c: Machine } {
  const world = new OwnershipWorld(NAMES);
  return { world, c: world.machine('c') };
}

function claimOf(holder: string, epoch: number, nonce = `${holder}${String(epoch)}`): Claim {
  return { address: VIP, epoch, holder, nonce };
}

function ask(c: Machine, claim: Claim, length: LeaseLength = 'short', configuration: VotersConfiguration = CONFIGURATION): void {
  c.tell({ kind: 'datagram', from: claim.holder, message: { kind: 'ask', configuration, asks: [{ claim, sequence: 1, length }] } });
}

function free(c: Machine, claim: Claim, by: 'holder' | 'fence' = 'holder', from = claim.holder): void {
  c.tell({ kind: 'datagram', from, message: { kind: 'free', claim, by } });
}

/** What the voter answered since last asked. */
function answers(c: Machine): Reply[] {
  return c.world.take(({ from }) => from === c.name).flatMap(({ message }) => (message.kind === 'reply' ? message.replies : []));
}

function answer(c: Machine, claim: Claim, length?: LeaseLength): Reply | undefined {
  ask(c, claim, length);
  return answers(c)[0];
}

describe('V1: a voter that starts', () => {
  test('refuses everything until the longest lease is over that it may have supported', () => {
    const { world, c } = voterAlone();
    expect(answer(c, claimOf('a', 1))?.yes).toBe(true);
    c.start();
    world.now_ms += LONG_WAIT_MS - 2;
    expect(answer(c, claimOf('b', 2))).toMatchObject({ yes: false, epoch: 1, holder: 'a', nonce: 'a1' });
    expect(answer(c, claimOf('a', 1))?.yes).toBe(false);
    world.now_ms += 2;
    expect(answer(c, claimOf('b', 2))?.yes).toBe(true);
  });

  test('still knows to whom it granted an address: nobody else gets that epoch, and its holder goes on', () => {
    const { world, c } = voterAlone();
    ask(c, claimOf('a', 5));
    c.start();
    world.now_ms += LONG_WAIT_MS;
    answers(c);
    expect(answer(c, claimOf('b', 5))?.yes).toBe(false);
    expect(answer(c, claimOf('b', 4))?.yes).toBe(false);
    expect(answer(c, claimOf('a', 5))?.yes).toBe(true);
    expect(answer(c, claimOf('b', 6))).toMatchObject({ yes: false, holder: 'a' });
  });
});

describe('V1: an agent that is stopped leaves its voter’s memory to the next one', () => {
  test('who holds an address is prolonged at once, and nobody else gets it before the wait is over', () => {
    const { world, c } = voterAlone();
    ask(c, claimOf('a', 1), 'long');
    const memory = c.stop();
    world.now_ms += 300;
    c.start(memory);
    answers(c);
    expect(answer(c, claimOf('b', 2))).toMatchObject({ yes: false, holder: 'a' });
    expect(answer(c, claimOf('a', 1))?.yes).toBe(true);
    world.now_ms += LONG_WAIT_MS - 301;
    expect(answer(c, claimOf('b', 2))?.yes).toBe(false);
    world.now_ms += 1;
    expect(answer(c, claimOf('b', 2))?.yes).toBe(true);
  });

  test('a claim that was freed stays so: a late ask of its holder gets no yes, another machine gets the address', () => {
    const { c } = voterAlone();
    ask(c, claimOf('a', 1));
    free(c, claimOf('a', 1));
    c.start(c.stop());
    answers(c);
    expect(answer(c, claimOf('a', 1))?.yes).toBe(false);
    expect(answer(c, claimOf('b', 2))?.yes).toBe(true);
  });

  test('a claim whose grant is not on its disk yet is not in it', () => {
    const { c } = voterAlone();
    c.held.add('store-voter');
    ask(c, claimOf('a', 1));
    expect(c.stop()?.locks).toEqual([]);
  });

  test('the wait of a start goes on', () => {
    const { world, c } = voterAlone();
    c.start();
    world.now_ms += 100;
    c.start(c.stop());
    world.now_ms += LONG_WAIT_MS - 101;
    answers(c);
    expect(answer(c, claimOf('a', 1))?.yes).toBe(false);
    world.now_ms += 1;
    expect(answer(c, claimOf('a', 1))?.yes).toBe(true);
  });

  test('it is not believed with another disk or other leases, nor after the time in which an agent of another version might have voted', () => {
    for (const change of ['disk', 'lease', 'time'] as const) {
      const { world, c } = voterAlone();
      ask(c, claimOf('a', 1));
      const left = c.stop();
      const memory = left !== undefined && change === 'lease' ? { ...left, lease: { ...left.lease, lease_ms: 100 } } : left;
      if (change === 'disk') c.disk = { ...c.disk, uuid: 'another' };
      else world.now_ms += LONG_WAIT_MS;
      c.start(memory);
      answers(c);
      expect(answer(c, claimOf('a', 1))?.yes).toBe(false);
    }
  });

  test('one that never started has none', () => {
    const { c } = voterAlone();
    expect(voterMemoryOf(initialOwnershipState('c', c.world.inventory), 0)).toBeUndefined();
  });
});

describe('V3: a configuration', () => {
  const newer: VotersConfiguration = { ...CONFIGURATION, version: 2 };

  test('that is newer is on disk before anything is answered under it', () => {
    const { c } = voterAlone();
    c.held.add('store-voter');
    ask(c, claimOf('a', 1), 'short', newer);
    expect(answers(c)).toEqual([]);
    expect(c.release('store-voter').document.configuration).toEqual(newer);
    expect(answers(c)).toEqual([]);
    c.release('store-voter');
    expect(answers(c)).toMatchObject([{ yes: true }]);
  });

  test('that is older is refused, with the voter’s own', () => {
    const { c } = voterAlone();
    ask(c, claimOf('a', 1), 'short', newer);
    answers(c);
    ask(c, claimOf('a', 1));
    const [flying] = c.world.take(() => true);
    const message = flying?.message as OwnershipMessage & { kind: 'reply' };
    expect(message.configuration).toEqual(newer);
    expect(message.replies).toMatchObject([{ yes: false }]);
  });
});

describe('V4: the locked claim', () => {
  test('is prolonged without a write, also when its wait is over and nobody else came', () => {
    const { world, c } = voterAlone();
    ask(c, claimOf('a', 1));
    c.held.add('store-voter');
    world.now_ms += WAIT_MS * 3;
    answers(c);
    expect(answer(c, claimOf('a', 1))?.yes).toBe(true);
    world.now_ms += WAIT_MS - 1;
    expect(answer(c, claimOf('b', 2))).toMatchObject({ yes: false, holder: 'a' });
  });

  test('keeps its long wait when a short lease is asked for after it', () => {
    const { world, c } = voterAlone();
    ask(c, claimOf('a', 1), 'long');
    world.now_ms += 100;
    ask(c, claimOf('a', 1), 'short');
    answers(c);
    world.now_ms += LONG_WAIT_MS - 102;
    expect(answer(c, claimOf('b', 2))?.yes).toBe(false);
    world.now_ms += 2;
    expect(answer(c, claimOf('b', 2))?.yes).toBe(true);
  });
});

describe('V5: another claim', () => {
  test('gets its yes when the wait is over, and not before it is on disk', () => {
    const { world, c } = voterAlone();
    ask(c, claimOf('a', 1));
    world.now_ms += WAIT_MS;
    answers(c);
    c.held.add('store-voter');
    ask(c, claimOf('b', 2));
    ask(c, claimOf('b', 2));
    expect(answers(c)).toEqual([]);
    expect(c.release('store-voter').document.granted[VIP]).toEqual({ epoch: 2, holder: 'b', nonce: 'b2' });
    // The second came while the disk was busy: it is a renewal now.
    expect(answers(c)).toMatchObject([{ yes: true }, { yes: true }]);
  });

  test('is waited for from the end of the write on', () => {
    const { world, c } = voterAlone();
    c.held.add('store-voter');
    ask(c, claimOf('a', 1));
    world.now_ms += 500;
    c.release('store-voter');
    answers(c);
    world.now_ms += WAIT_MS - 1;
    expect(answer(c, claimOf('b', 2))?.yes).toBe(false);
  });

  test('while it is being written, the claim before it is not prolonged any more', () => {
    const { world, c } = voterAlone();
    ask(c, claimOf('a', 1));
    world.now_ms += WAIT_MS;
    answers(c);
    c.held.add('store-voter');
    ask(c, claimOf('b', 2));
    expect(answer(c, claimOf('a', 1))?.yes).toBe(false);
    c.release('store-voter');
    expect(answers(c)).toMatchObject([{ yes: true, claim: claimOf('b', 2) }]);
  });

  test('that was freed while it was being written is not supported', () => {
    const { c } = voterAlone();
    c.held.add('store-voter');
    ask(c, claimOf('a', 1));
    free(c, claimOf('a', 1));
    c.release('store-voter');
    expect(answers(c)).toMatchObject([{ yes: false }]);
    ask(c, claimOf('b', 2));
    c.release('store-voter');
    expect(answers(c)).toMatchObject([{ yes: true }]);
  });

  test('needs a higher epoch', () => {
    const { world, c } = voterAlone();
    ask(c, claimOf('a', 7));
    world.now_ms += WAIT_MS;
    answers(c);
    expect(answer(c, claimOf('b', 7))?.yes).toBe(false);
    expect(answer(c, claimOf('b', 8))?.yes).toBe(true);
  });

  test('gets no yes from a full disk, which is told once', () => {
    const { c } = voterAlone();
    c.held.add('store-voter');
    for (const epoch of [1, 2]) {
      ask(c, claimOf('a', epoch));
      c.fail('store-voter');
    }
    expect(answers(c)).toEqual([]);
    expect(c.logs.filter((line) => line.includes('cannot be written'))).toHaveLength(1);
    ask(c, claimOf('b', 1));
    c.release('store-voter');
    expect(answers(c)).toMatchObject([{ yes: true }]);
  });

  test('is refused in another holder’s name', () => {
    const { c } = voterAlone();
    const asks = [{ claim: claimOf('a', 1), sequence: 1, length: 'short' }] as const;
    c.tell({ kind: 'datagram', from: 'b', message: { kind: 'ask', configuration: CONFIGURATION, asks } });
    expect(answers(c)).toEqual([]);
  });
});

describe('V6: who is refused', () => {
  test('hears who stands in the way and for how long', () => {
    const { world, c } = voterAlone();
    ask(c, claimOf('a', 3));
    world.now_ms += 100;
    answers(c);
    const refusal = answer(c, claimOf('b', 4));
    expect(refusal).toMatchObject({ yes: false, epoch: 3, holder: 'a', nonce: 'a3' });
    expect(refusal?.remaining_ms).toBeCloseTo(110.84, 1);
  });

  test('may be another claim of the same machine', () => {
    const { c } = voterAlone();
    ask(c, claimOf('a', 1));
    answers(c);
    expect(answer(c, claimOf('a', 2, 'other'))?.yes).toBe(false);
  });
});

describe('V7: a Free', () => {
  test('of the locked claim makes room at once, and the claim never gets a yes again', () => {
    const { c } = voterAlone();
    ask(c, claimOf('a', 1));
    free(c, claimOf('a', 1));
    answers(c);
    expect(answer(c, claimOf('a', 1))?.yes).toBe(false);
    expect(answer(c, claimOf('b', 2))?.yes).toBe(true);
  });

  test('of another claim of the same holder frees nothing', () => {
    const { c } = voterAlone();
    ask(c, claimOf('a', 1));
    for (const other of [claimOf('a', 1, 'other'), claimOf('a', 2, 'a1'), claimOf('b', 1, 'a1')]) free(c, other);
    free(c, claimOf('a', 1), 'holder', 'b');
    answers(c);
    expect(answer(c, claimOf('b', 3))?.yes).toBe(false);
  });

  test('by whoever fenced the holder counts', () => {
    const { c } = voterAlone();
    ask(c, claimOf('a', 1));
    free(c, claimOf('a', 1), 'fence', 'b');
    answers(c);
    expect(answer(c, claimOf('b', 2))?.yes).toBe(true);
  });
});
