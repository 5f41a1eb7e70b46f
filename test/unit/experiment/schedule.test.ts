import { missingRuns, remainingTime_s } from '../../../cli/src/experiment/schedule.ts';

const plan = { cases: ['Nt'], methods: ['ring', 'p2p'], runs: 2 };

test('methods alternate with one change of method for each pair of runs', () => {
  expect(missingRuns(plan, []).map(({ method, index }) => `${method} ${index}`)).toEqual(['ring 1', 'p2p 1', 'p2p 2', 'ring 2']);
});

test.each([1, 2, 3, 4])('over ten runs of each of %i cases each method comes first as often as last in each case', (number) => {
  const cases = ['a', 'b', 'c', 'd'].slice(0, number);
  const runs = missingRuns({ cases, methods: ['ring', 'p2p'], runs: 10 }, []);
  const firsts = runs.filter((_run, place) => place % 2 === 0);
  expect(firsts).toHaveLength(10 * number);
  for (const name of cases) expect(firsts.filter((run) => run.case === name && run.method === 'ring')).toHaveLength(5);
  const changes = runs.filter(({ method }, place) => place > 0 && runs[place - 1]?.method !== method);
  expect(changes).toHaveLength(10 * number);
});

test('cases alternate, too, so that a slow hour befalls all of them', () => {
  const runs = missingRuns({ cases: ['St', 'Nt'], methods: ['ring', 'p2p'], runs: 1 }, []);
  expect(runs.map((run) => `${run.case} ${run.method}`)).toEqual(['St ring', 'St p2p', 'Nt p2p', 'Nt ring']);
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
