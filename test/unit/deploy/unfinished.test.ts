import { expect, test } from '@jest/globals';
import { FINISHED_TASK, unfinishedAfter } from '../../../cli/src/deploy/unfinished.ts';
import { ansibleFile } from './ansible-file.ts';

const MACHINES = ['ftp', 'mail', 'file'];

interface Play {
  readonly name: string;
  readonly hosts: string;
  readonly post_tasks?: readonly { readonly name: string }[];
}

test('a server on which a step failed is restarted by the next deployment: what it had copied was not read', () => {
  expect(unfinishedAfter(MACHINES, [], { seen: MACHINES, finished: ['mail', 'file'], failed: ['ftp'] })).toEqual(['ftp']);
});

test('a server that was left undone by the failure of another one is restarted, too', () => {
  expect(unfinishedAfter(MACHINES, [], { seen: ['ftp', 'mail'], finished: [], failed: ['ftp'] })).toEqual(['ftp', 'mail']);
});

test('a server that the run did not reach keeps waiting for its restart', () => {
  expect(unfinishedAfter(MACHINES, ['ftp', 'mail', 'file'], { seen: ['localhost'], finished: [], failed: ['localhost'] })).toEqual(
    MACHINES,
  );
  expect(unfinishedAfter(MACHINES, ['mail'], { seen: ['file'], finished: [], failed: ['file'] })).toEqual(['mail', 'file']);
});

test('a server that was never touched needs no restart', () => {
  expect(unfinishedAfter(MACHINES, [], { seen: ['localhost'], finished: [], failed: ['localhost'] })).toEqual([]);
});

test('who is finished, and who is no longer in the inventory, is forgotten', () => {
  expect(unfinishedAfter(MACHINES, [...MACHINES, 'gone'], { seen: MACHINES, finished: MACHINES, failed: [] })).toEqual([]);
});

test('a failure counts, also after the machine was told to be finished', () => {
  expect(unfinishedAfter(MACHINES, [], { seen: MACHINES, finished: MACHINES, failed: ['mail'] })).toEqual(['mail']);
});

test('the playbook tells of each machine that it is finished', () => {
  const plays = (ansibleFile('playbooks/site.yml') as readonly Play[]).filter(({ hosts }) => hosts !== 'localhost');
  expect(plays).toHaveLength(2);
  for (const play of plays) expect(play.post_tasks?.at(-1)?.name).toBe(FINISHED_TASK);
});
