import { clientPhase_ms, momentOf, nextMoment } from '../../../cli/src/experiment/moment.ts';

const INTERVAL_MS = 10_000;

test('§5.2: a failure is placed 5.00 s after the beginning of the monitoring interval of 10 s', () => {
  expect(momentOf('middle', INTERVAL_MS, { case: 'Nt', index: 3 }, 1)).toBe(5_000);
});

test('random moments are the same for the same seed, whatever the method, and different from run to run', () => {
  const moments = [1, 2, 3, 4].map((index) => momentOf('random', INTERVAL_MS, { case: 'Nt', index }, 7));
  expect(moments).toEqual([1, 2, 3, 4].map((index) => momentOf('random', INTERVAL_MS, { case: 'Nt', index }, 7)));
  expect(new Set([...moments, momentOf('random', INTERVAL_MS, { case: 'St', index: 1 }, 7)]).size).toBe(5);
  expect(momentOf('random', INTERVAL_MS, { case: 'Nt', index: 1 }, 8)).not.toBe(moments[0]);
});

test('random moments lie everywhere in the interval and nowhere else', () => {
  const moments = Array.from({ length: 400 }, (_, index) => momentOf('random', INTERVAL_MS, { case: 'Nt', index }, 1));
  expect(moments.every((moment) => moment >= 0 && moment < INTERVAL_MS)).toBe(true);
  for (let tenth = 0; tenth < 10; tenth += 1) expect(moments.some((moment) => Math.floor(moment / 1_000) === tenth)).toBe(true);
});

test('the next moment is that of the present interval where there is time enough, else of the next one', () => {
  expect(nextMoment(1_000_001_000, INTERVAL_MS, 5_000, 2_000)).toBe(1_000_005_000);
  expect(nextMoment(1_000_003_000, INTERVAL_MS, 5_000, 2_000)).toBe(1_000_005_000);
  expect(nextMoment(1_000_003_001, INTERVAL_MS, 5_000, 2_000)).toBe(1_000_015_000);
  expect(nextMoment(1_000_009_000, INTERVAL_MS, 500, 2_000)).toBe(1_000_020_500);
});

test('over the runs of a case the next attempt of the client comes at all times after the failure, evenly', () => {
  for (const planned_ms of [5_000, 7_345]) {
    const after_ms = Array.from({ length: 10 }, (_, index) => (clientPhase_ms(index + 1, planned_ms, 1_000) - planned_ms + 10_000) % 1_000);
    const gaps = after_ms.sort((a, b) => a - b).map((at, index) => at - (after_ms[index - 1] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(170);
    expect(Math.max(...after_ms)).toBeGreaterThan(830);
  }
});
