import { expect, test } from '@jest/globals';
import { runInLines } from '../../../cli/src/bootstrap/steps.ts';

const withoutTimes = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/\([\d.]+ s\)/, '(T)'));

test('steps are told in plain lines, each progress once', async () => {
  const lines: string[] = [];
  const step = {
    title: 'Standbys',
    run: (report: (progress: string) => void): Promise<string> => {
      report('1 of 2');
      report('1 of 2');
      report('2 of 2');
      return Promise.resolve('all suspended');
    },
  };
  await runInLines([step], (line) => lines.push(line));
  expect(withoutTimes(lines)).toEqual(['[1/1] Standbys', '[1/1]   1 of 2', '[1/1]   2 of 2', '[1/1] Standbys: all suspended (T)']);
});

test('a failing step keeps its error and ends the steps', async () => {
  const ran: string[] = [];
  const steps = [
    { title: 'one', run: () => Promise.reject(new Error('web1: no')) },
    { title: 'two', run: () => Promise.resolve(String(ran.push('two'))) },
  ];
  await expect(runInLines(steps, () => undefined)).rejects.toThrow('web1: no');
  expect(ran).toEqual([]);
});
