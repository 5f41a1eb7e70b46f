import { KnownSenders } from '../../../agent/src/effects/datagrams/known-senders.ts';
import { RateLimit } from '../../../agent/src/effects/datagrams/rate-limit.ts';
import { ReplayWindow } from '../../../agent/src/effects/datagrams/replay-window.ts';

describe('the replay window', () => {
  test('takes each counter once, in any order, and its copy by the other network once', () => {
    const window = new ReplayWindow(10);
    expect([12, 11, 14].map((counter) => window.take(counter, 'one'))).toEqual(['new', 'new', 'new']);
    expect([12, 12, 11].map((counter) => window.take(counter, 'other'))).toEqual(['copy', 'replayed', 'copy']);
    expect([14, 13].map((counter) => window.take(counter, 'one'))).toEqual(['replayed', 'new']);
  });

  test('takes nothing from before the proof, and nothing that is older than the window', () => {
    const window = new ReplayWindow(10);
    expect([10, 1].map((counter) => window.take(counter, 'one'))).toEqual(['replayed', 'replayed']);
    expect(window.take(5_000, 'one')).toBe('new');
    expect(window.take(5_000 - 1_024, 'one')).toBe('replayed');
    expect(window.take(5_000 - 1_023, 'one')).toBe('new');
  });
});

describe('known senders', () => {
  const word = (senders: KnownSenders): string => senders.wordFor('b') ?? 'none';

  test('believe a life that sends back the word, counted from there', () => {
    const senders = new KnownSenders(['b'], () => 0);
    expect(senders.take('b', 'life', 1, 'one')).toBeUndefined();
    expect(senders.prove('b', 'life', 5, word(senders))).toBe(true);
    expect(senders.take('b', 'life', 5, 'one')).toBe('replayed');
    expect(senders.take('b', 'life', 6, 'one')).toBe('new');
  });

  test('believe a word once, and not a late one, a wrong one or that of a stranger', () => {
    let now_ms = 0;
    const senders = new KnownSenders(['b'], () => now_ms);
    const first = word(senders);
    expect(senders.prove('b', 'life', 1, undefined)).toBe(false);
    expect(senders.prove('c', 'life', 1, first)).toBe(false);
    now_ms = 2_001;
    expect(senders.prove('b', 'life', 1, first)).toBe(false);
    const second = word(senders);
    expect(second).not.toBe(first);
    expect(senders.prove('b', 'life', 1, second)).toBe(true);
    expect(senders.prove('b', 'another life', 1, second)).toBe(false);
  });

  test('keep what they have seen of a life that proves itself again', () => {
    let now_ms = 0;
    const senders = new KnownSenders(['b'], () => now_ms);
    senders.prove('b', 'life', 1, word(senders));
    expect(senders.take('b', 'life', 2, 'one')).toBe('new');
    now_ms = 100;
    senders.prove('b', 'life', 1, word(senders));
    expect(senders.take('b', 'life', 2, 'one')).toBe('replayed');
  });

  test('ask a sender at most once in a while', () => {
    let now_ms = 0;
    const senders = new KnownSenders(['b'], () => now_ms);
    const first = senders.wordFor('b');
    expect(senders.wordFor('b')).toBeUndefined();
    now_ms = 20;
    expect(senders.wordFor('b')).toBe(first);
    expect(senders.wordFor('c')).toBeUndefined();
  });
});

describe('the rate limit', () => {
  test('lets a source have so many a second, and another its own', () => {
    let now_ms = 0;
    const limit = new RateLimit(10, () => now_ms);
    const admitted = (source: string): number => Array.from({ length: 20 }, () => limit.admits(source)).filter(Boolean).length;
    expect(admitted('198.18.0.1')).toBe(10);
    expect(admitted('198.18.0.2')).toBe(10);
    now_ms = 500;
    expect(admitted('198.18.0.1')).toBe(5);
  });

  test('gives made-up sources one allowance together when there are too many', () => {
    const limit = new RateLimit(10, () => 0);
    let admitted = 0;
    for (let source = 0; source < 5_000; source += 1) if (limit.admits(String(source))) admitted += 1;
    expect(admitted).toBe(1_024 + 10);
  });
});
