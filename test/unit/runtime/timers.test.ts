import { jest } from '@jest/globals';
import { Timers } from '../../../agent/src/runtime/timers.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function tested(): { timers: Timers; expired: string[]; late: number[]; pass: (duration_ms: number, skew_ms?: number) => void } {
  const expired: string[] = [];
  const late: number[] = [];
  let now_ms = 0;
  const timers = new Timers(
    (timer) => expired.push(timer),
    (late_ms) => late.push(late_ms),
    () => now_ms,
  );
  const pass = (duration_ms: number, skew_ms = 0): void => {
    now_ms += duration_ms - skew_ms;
    jest.advanceTimersByTime(duration_ms);
  };
  return { timers, expired, late, pass };
}

describe('a timer', () => {
  test('expires once, when its time has come', () => {
    const { timers, expired, pass } = tested();
    timers.set('interval', 100);
    pass(99);
    expect(expired).toEqual([]);
    pass(1);
    pass(500);
    expect(expired).toEqual(['interval']);
  });

  test('that is late is told by how much', () => {
    const { timers, late, pass } = tested();
    timers.set('interval', 100);
    pass(100, -70);
    expect(late).toEqual([70]);
  });

  test('of the same name is replaced', () => {
    const { timers, expired, pass } = tested();
    timers.set('interval', 100);
    timers.set('interval', 300);
    pass(200);
    expect(expired).toEqual([]);
    pass(100);
    expect(expired).toEqual(['interval']);
  });

  test('that is cancelled does not expire', () => {
    const { timers, expired, pass } = tested();
    timers.set('a', 100);
    timers.set('b', 100);
    timers.cancel('a');
    pass(100);
    expect(expired).toEqual(['b']);
  });

  test('is never early by the monotonic clock', () => {
    const { timers, expired, pass } = tested();
    timers.set('interval', 100);
    pass(100, 0.5);
    expect(expired).toEqual([]);
    pass(1);
    expect(expired).toEqual(['interval']);
  });

  test('set again when it expires goes on', () => {
    let now_ms = 0;
    let count = 0;
    const timers = new Timers(
      (timer) => {
        count += 1;
        timers.set(timer, 10);
      },
      () => now_ms,
    );
    timers.set('second', 10);
    for (let turn = 0; turn < 3; turn += 1) {
      now_ms += 10;
      jest.advanceTimersByTime(10);
    }
    expect(count).toBe(3);
  });
});
