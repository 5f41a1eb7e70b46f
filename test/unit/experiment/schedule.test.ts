import { missingRuns, remainingTime_s } from '../../../cli/src/experiment/schedule.ts';

const plan = { cases: ['Nt'], methods: ['ring', 'p2p'], runs: 2 };

test('runs of the methods alternate', () => {
  expect(missingRuns(plan, []).map(({ method, index }) => `${method} ${index}`)).toEqual(['ring 1', 'p2p 1', 'ring 2', 'p2p 2']);
});

test('cases alternate, too, so that a slow hour befalls all of them', () => {
  const runs = missingRuns({ cases: ['St', 'Nt'], methods: ['ring', 'p2p'], runs: 1 }, []);
  expect(runs.map((run) => `${run.case} ${run.method}`)).toEqual(['St ring', 'St p2p', 'Nt ring', 'Nt p2p']);
});

test('an experiment that was stopped goes on with the runs that are missing, and does none again', () => {
  const done = [
    { case: 'Nt', method: 'ring', index: 1 },
    { case: 'Nt', method: 'p2p', index: 2 },
  ];
  expect(missingRuns(plan, done)).toEqual([
    { case: 'Nt', method: 'p2p', index: 1 },
    { case: 'Nt', method: 'ring', index: 2 },
  ]);
});

test('more runs than asked for are no reason to do anything', () => {
  const done = [1, 2, 3].flatMap((index) => plan.methods.map((method) => ({ case: 'Nt', method, index })));
  expect(missingRuns(plan, done)).toEqual([]);
});

test('the remaining time is that of runs of the same case, else of any, else the guess', () => {
  const remaining = missingRuns({ cases: ['St', 'Nt'], methods: ['ring'], runs: 1 }, []);
  expect(remainingTime_s(remaining, [], () => 100)).toBe(200);
  expect(remainingTime_s(remaining, [{ case: 'St', duration_s: 40 }], () => 100)).toBe(80);
  const past = [
    { case: 'St', duration_s: 40 },
    { case: 'Nt', duration_s: 150 },
    { case: 'Nt', duration_s: 170 },
  ];
  expect(remainingTime_s(remaining, past, () => 100)).toBe(200);
});
