import { type Clock, untilHeld } from '../../../cli/src/experiment/until-held.ts';

/** Looks at what is abnormal at virtual times, and notes when. */
function watch(abnormalUntil_ms: readonly (readonly [from_ms: number, to_ms: number])[]): {
  readonly look: () => Promise<readonly string[]>;
  readonly looks_ms: number[];
  readonly clock: Clock;
} {
  let now_ms = 0;
  const looks_ms: number[] = [];
  return {
    looks_ms,
    clock: { now_ms: () => now_ms, wait: async (duration_ms) => void (now_ms += duration_ms) },
    look: async () => {
      looks_ms.push(now_ms);
      return abnormalUntil_ms.some(([from_ms, to_ms]) => now_ms >= from_ms && now_ms < to_ms) ? ['ftp is separated'] : [];
    },
  };
}

const HOLD = { hold_ms: 9_000, limit_ms: 60_000, signal: new AbortController().signal };

test('all has to be normal for a whole hold, and the last look is at its very end', async () => {
  const { look, clock, looks_ms } = watch([[0, 5_000]]);
  expect(await untilHeld(look, HOLD, clock)).toEqual([]);
  expect(looks_ms).toEqual([0, 2_000, 4_000, 6_000, 8_000, 10_000, 12_000, 14_000, 15_000]);
});

test('what is abnormal in the middle of a hold begins it anew', async () => {
  const { look, clock, looks_ms } = watch([[4_000, 5_000]]);
  expect(await untilHeld(look, HOLD, clock)).toEqual([]);
  expect(looks_ms.at(-1)).toBe(15_000);
});

test('what is still abnormal when the time is over is told', async () => {
  const { look, clock } = watch([[0, Infinity]]);
  expect(await untilHeld(look, HOLD, clock)).toEqual(['ftp is separated']);
});
