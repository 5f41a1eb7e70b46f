import { Lateness } from '../../../agent/src/runtime/lateness.ts';

function tested(): { lateness: Lateness; told: string[]; pass: (duration_ms: number) => void } {
  const told: string[] = [];
  let now_ms = 0;
  const lateness = new Lateness(
    (problem) => told.push(problem),
    () => now_ms,
  );
  return { lateness, told, pass: (duration_ms) => (now_ms += duration_ms) };
}

test('the longest of the last minute or two is told', () => {
  const { lateness, pass } = tested();
  expect(lateness.longest_ms()).toBe(0);
  lateness.add(30);
  lateness.add(20);
  expect(lateness.longest_ms()).toBe(30);
  pass(61_000);
  lateness.add(5);
  expect(lateness.longest_ms()).toBe(30);
  pass(61_000);
  expect(lateness.longest_ms()).toBe(5);
  pass(200_000);
  expect(lateness.longest_ms()).toBe(0);
});

test('who looks after the machine is told once a minute, and not of what does no harm', () => {
  const { lateness, told, pass } = tested();
  lateness.add(499);
  expect(told).toEqual([]);
  lateness.add(1_234);
  lateness.add(2_000);
  expect(told).toEqual(['the agent was late by 1.23 s: this machine is overloaded or stood still']);
  pass(61_000);
  lateness.add(700);
  expect(told).toHaveLength(2);
});
