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
  const run = async (lab: LabWithMethod, one: RunIdentity): Promise<RunRecord> => {
    if (one.method === 'p2p') throw stopped;
    return all.run(lab, one);
  };
  await expect(runSeries({ ...all, run })).rejects.toBe(stopped);
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
