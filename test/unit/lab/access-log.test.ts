import { accessLogLine, describeAccess, summarizeAccess, type AccessAttempt } from '../../../cli/src/lab/client/access-log.ts';
import { nextBeat, untilPhase_ms } from '../../../cli/src/lab/client/attempt-times.ts';

const noon_ms = new Date(2026, 10, 22, 12, 0, 0).getTime();

function attempt(started_ms: number, ended_ms: number, ok: boolean): AccessAttempt {
  const times = { started_ms: noon_ms + started_ms, ended_ms: noon_ms + ended_ms };
  return ok ? { ...times, ok } : { ...times, ok, problem: 'no answer in time' };
}

test('§5.2: a line has the time with hundredths and OK or XX', () => {
  expect(accessLogLine(attempt(0, 47, true))).toBe('12:00:00.04 OK');
  expect(accessLogLine(attempt(1009, 2010, false))).toBe('12:00:01.00 XX no answer in time');
});

test('§5.2: the disconnection lasts from the start of the first XX to the first OK after it', () => {
  const summary = summarizeAccess([
    attempt(0, 40, true),
    attempt(1000, 2000, false),
    attempt(2000, 3000, false),
    attempt(3000, 3540, true),
    attempt(4000, 4040, true),
  ]);
  expect(summary).toMatchObject({ attempts: 5, failed: 2, disconnected_ms: 2540 });
  expect(summary.disconnections).toEqual([
    { from_ms: noon_ms + 1000, to_ms: noon_ms + 3540, failedAttempts: 2, problem: 'no answer in time' },
  ]);
});

test('a second disconnection is counted with the first', () => {
  const summary = summarizeAccess([
    attempt(0, 500, false),
    attempt(1000, 1010, true),
    attempt(2000, 2500, false),
    attempt(3000, 3010, true),
  ]);
  expect(summary.disconnected_ms).toBe(1010 + 1010);
  expect(describeAccess(summary)).toHaveLength(3);
});

test('a disconnection that has not ended is said to last at least to the last attempt', () => {
  const summary = summarizeAccess([attempt(0, 40, true), attempt(1000, 2000, false)]);
  expect(summary.disconnections[0]?.to_ms).toBeNull();
  expect(describeAccess(summary).at(-1)).toBe('1 of 2 attempts served; access disconnection time at least 1.00 s');
});

test('no attempt, no disconnection', () => {
  expect(describeAccess(summarizeAccess([]))).toEqual(['0 of 0 attempts served; access disconnection time 0.00 s']);
});

test('attempts start on a fixed beat, whatever the last one took', () => {
  expect(nextBeat(0, 1000, 40)).toBe(1);
  expect(nextBeat(1, 1000, 1900)).toBe(2);
});

test('an attempt that takes exactly one interval is followed at once by the next, on the same beat', () => {
  expect(nextBeat(3, 1000, 4001)).toBe(4);
});

test('beats that came while an attempt was at work are left out, so attempts never overlap', () => {
  expect(nextBeat(0, 100, 1050)).toBe(11);
});

test('attempts can be made to start at a phase of the wall clock', () => {
  expect(untilPhase_ms(12_345, 1_000, 400)).toBe(55);
  expect(untilPhase_ms(12_345, 1_000, 300)).toBe(955);
  expect(untilPhase_ms(12_345, 1_000, 345)).toBe(0);
});
