import { UserError } from '../../../cli/src/errors.ts';
import type { FailureRecord, RunRecord } from '../../../cli/src/experiment/run-record.ts';
import { type LabWithMethod, runSeries, type Series } from '../../../cli/src/experiment/run-series.ts';
import { missingRuns, type RunIdentity } from '../../../cli/src/experiment/schedule.ts';
import { failureRecord } from './made-record.ts';

const RECORD: FailureRecord = failureRecord([{ server: 'ftp' }]);

/** A series of two runs with each of two methods, on a lab that only notes what is done to it. */
function series(changes: Partial<Series<LabWithMethod>> = {}): {
  readonly series: Series<LabWithMethod>;
  readonly done: string[];
  readonly recorded: RunRecord[];
} {
  const done: string[] = [];
  const recorded: RunRecord[] = [];
  return {
    done,
    recorded,
    series: {
      ownMethod: 'ring',
      total: 4,
      toDo: () =>
        missingRuns(
          { cases: ['Nt'], methods: ['ring', 'p2p'], runs: 2 },
          recorded.filter((record) => record.void === null),
        ),
      earlier: [],
      guess_s: 100,
      useMethod: async (method) => {
        done.push(method);
        return { abnormalities: async () => [], close: () => undefined };
      },
      run: async (_lab, run) => {
        done.push(`run ${run.index}`);
        return { ...RECORD, ...run };
      },
      append: async (record) => void recorded.push(record),
      say: () => undefined,
      signal: new AbortController().signal,
      ...changes,
    },
  };
}

test('the lab gets the method of each run before it', async () => {
  const { series: all, done, recorded } = series();
  await runSeries(all);
  expect(done).toEqual(['ring', 'run 1', 'p2p', 'run 1', 'run 2', 'ring', 'run 2']);
  expect(recorded.map(({ method, index }) => `${method} ${index}`)).toEqual(['ring 1', 'p2p 1', 'p2p 2', 'ring 2']);
});

test('in the end the lab has the method of its inventory', async () => {
  const { series: all, done } = series();
  await runSeries({ ...all, toDo: () => all.toDo().filter(({ index }) => index === 1) });
  expect(done).toEqual(['ring', 'run 1', 'p2p', 'run 1', 'ring']);
});

test('with one method the lab is brought up once, and not set back', async () => {
  const { series: all, done } = series();
  await runSeries({ ...all, toDo: () => all.toDo().filter(({ method }) => method === 'ring') });
  expect(done).toEqual(['ring', 'run 1', 'run 2']);
});

test('where nothing is missing nothing is touched', async () => {
  const { series: all, done } = series({ toDo: () => [] });
  await runSeries(all);
  expect(done).toEqual([]);
});

test('a run that is stopped is not recorded, those before it are, and the method that the lab has is told', async () => {
  const said: string[] = [];
  const { series: all, recorded } = series({ say: (line) => said.push(line) });
  const stopped = new Error('stopped');
  const ending = new AbortController();
  const run = async (lab: LabWithMethod, one: RunIdentity): Promise<RunRecord> => {
    if (one.method !== 'p2p') return all.run(lab, one);
    ending.abort();
    throw stopped;
  };
  await expect(runSeries({ ...all, run, signal: ending.signal })).rejects.toBe(stopped);
  expect(recorded.map(({ method }) => method)).toEqual(['ring']);
  expect(said.at(-1)).toBe('the lab has the method p2p now; dbssctl bootstrap gives it its own');
});

test('a run that measured nothing is recorded and done again', async () => {
  let runs = 0;
  const { series: all, recorded } = series();
  await runSeries({ ...all, run: async (lab, one) => ({ ...(await all.run(lab, one)), void: ++runs === 1 ? 'too late' : null }) });
  expect(recorded.map(({ method, index, void: why }) => [method, index, why])).toEqual([
    ['ring', 1, 'too late'],
    ['ring', 1, null],
    ['p2p', 1, null],
    ['p2p', 2, null],
    ['ring', 2, null],
  ]);
});

test('a machine on which nothing can be measured ends the series after three runs', async () => {
  const { series: all, recorded } = series({ run: async (_lab, run) => ({ ...RECORD, ...run, void: 'too late' }) });
  await expect(runSeries(all)).rejects.toThrow('3 runs one after the other measured nothing: too late');
  expect(recorded).toHaveLength(3);
});

test('a lab that is not normal after a run is brought up again before the next', async () => {
  const abnormal = [['ftp is separated']];
  const { series: all, done } = series();
  const useMethod = async (method: string): Promise<LabWithMethod> => {
    done.push(method);
    return { abnormalities: async () => abnormal.pop() ?? [], close: () => undefined };
  };
  await runSeries({ ...all, useMethod, toDo: () => all.toDo().filter(({ method }) => method === 'ring') });
  expect(done).toEqual(['ring', 'run 1', 'ring', 'run 2']);
});

/** Breaks the first so many times, then does what the series would. */
function breaking(all: Series<LabWithMethod>, times: number, error: Error): Series<LabWithMethod>['run'] {
  let left = times;
  return async (lab, one) => {
    left -= 1;
    if (left >= 0) throw error;
    return all.run(lab, one);
  };
}

test('a run that breaks before its servers have failed is said, and done again when the lab has been brought up again', async () => {
  const said: string[] = [];
  const { series: all, done, recorded } = series({ say: (line) => said.push(line) });
  const run = breaking(all, 2, new Error('the clients of ftp are not served', { cause: new Error('no route') }));
  await runSeries({ ...all, run, toDo: () => all.toDo().filter(({ method }) => method === 'ring') });
  expect(done).toEqual(['ring', 'ring', 'ring', 'run 1', 'run 2']);
  expect(recorded).toHaveLength(2);
  expect(said).toContain('  the run has not begun: the clients of ftp are not served: no route; it is tried again');
});

test('a bootstrap that breaks is tried again', async () => {
  const { series: all, recorded } = series();
  let tries = 0;
  const useMethod = async (method: string): Promise<LabWithMethod> => {
    tries += 1;
    if (tries === 2) throw new Error('ansible-playbook ended with exit code 4');
    return all.useMethod(method);
  };
  await runSeries({ ...all, useMethod });
  expect(recorded).toHaveLength(4);
});

test('three tries in a row that break end the series, with the last cause', async () => {
  const { series: all, done } = series();
  const broken = new Error('no route');
  await expect(runSeries({ ...all, run: breaking(all, 3, broken) })).rejects.toMatchObject({ cause: broken });
  expect(done).toEqual(['ring', 'ring', 'ring']);
});

test('tries that break do not add up over runs that were done', async () => {
  const { series: all, recorded } = series();
  let calls = 0;
  const run = async (lab: LabWithMethod, one: RunIdentity): Promise<RunRecord> => {
    calls += 1;
    if (calls % 2 === 1) throw new Error('no route');
    return all.run(lab, one);
  };
  await runSeries({ ...all, run });
  expect(recorded).toHaveLength(4);
});

test('what the user has to change ends the series at once', async () => {
  const changed = new UserError('the agent was built anew');
  const { series: all } = series({ useMethod: async () => Promise.reject(changed) });
  await expect(runSeries(all)).rejects.toBe(changed);
});

test('a lab that cannot be looked at after a run is brought up again before the next', async () => {
  const { series: all, done } = series();
  let looks = 0;
  const useMethod = async (method: string): Promise<LabWithMethod> => {
    done.push(method);
    return { abnormalities: async () => (looks++ === 0 ? Promise.reject(new Error('no route')) : []), close: () => undefined };
  };
  await runSeries({ ...all, useMethod, toDo: () => all.toDo().filter(({ method }) => method === 'ring') });
  expect(done).toEqual(['ring', 'run 1', 'ring', 'run 2']);
});
