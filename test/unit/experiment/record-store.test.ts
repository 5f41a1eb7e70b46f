import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RecordStore } from '../../../cli/src/experiment/record-store.ts';
import { failureRecord } from './made-record.ts';
import { CONFIGURATION } from './made-series.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'dbss-record-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

test('what was recorded is there when the experiment is continued, in the order in which it was done', async () => {
  const store = await RecordStore.open(path.join(root, 'one'), CONFIGURATION);
  await store.append(failureRecord([{ server: 'ftp' }], { index: 2, begun: '2022-03-18T14:00:00.000Z' }));
  await store.append(failureRecord([{ server: 'ftp' }], { index: 1, begun: '2022-03-18T13:00:00.000Z' }));
  const continued = await RecordStore.open(path.join(root, 'one'), CONFIGURATION);
  expect(continued.records.map(({ index }) => index)).toEqual([1, 2]);
  expect(continued.records[0]).toEqual(failureRecord([{ server: 'ftp' }], { index: 1, begun: '2022-03-18T13:00:00.000Z' }));
});

test('a run that measured nothing is kept beside the one that was done in its place', async () => {
  const store = await RecordStore.open(path.join(root, 'one'), CONFIGURATION);
  await store.append(failureRecord([{ server: 'ftp' }], { void: 'too late' }));
  await store.append(failureRecord([{ server: 'ftp' }], { void: 'too late again' }));
  await store.append(failureRecord([{ server: 'ftp' }]));
  const { records } = await RecordStore.open(path.join(root, 'one'), CONFIGURATION);
  expect(records.map((record) => record.void).sort()).toEqual([null, 'too late', 'too late again'].sort());
});

test('runs of another configuration are refused, and told apart in words', async () => {
  await RecordStore.open(path.join(root, 'one'), CONFIGURATION);
  await expect(RecordStore.open(path.join(root, 'one'), { ...CONFIGURATION, agent: 'cccc', seed: 4 })).rejects.toThrow(
    /holds runs of another configuration[^]*seed: recorded null, now 4\n {2}program of the agent: recorded aaaa, now cccc/,
  );
});

test('a file whose writer died is no run', async () => {
  const store = await RecordStore.open(path.join(root, 'one'), CONFIGURATION);
  await store.append(failureRecord([{ server: 'ftp' }]));
  writeFileSync(path.join(store.directory, 'runs', '.unfinished-00'), '{"for');
  expect((await RecordStore.open(store.directory, CONFIGURATION)).records).toHaveLength(1);
  expect(readdirSync(path.join(store.directory, 'runs'))).toContain('Nt_ring_01.json');
});

test('a damaged run is named, not passed over', async () => {
  const store = await RecordStore.open(path.join(root, 'one'), CONFIGURATION);
  writeFileSync(path.join(store.directory, 'runs', 'Nt_ring_01.json'), '{"for');
  await expect(RecordStore.open(store.directory, CONFIGURATION)).rejects.toThrow('Nt_ring_01.json: cannot be read');
});

test('a directory without a record has none', async () => {
  expect(await RecordStore.read(root)).toBeUndefined();
});

test('a record from whose clone the empty directory of its runs is missing has no runs, and gets its first', async () => {
  const store = await RecordStore.open(path.join(root, 'one'), CONFIGURATION);
  rmSync(path.join(store.directory, 'runs'), { recursive: true });
  const cloned = await RecordStore.open(store.directory, CONFIGURATION);
  expect(cloned.records).toEqual([]);
  await cloned.append(failureRecord([{ server: 'ftp' }]));
  expect((await RecordStore.read(store.directory))?.records).toHaveLength(1);
});

test('a record of another format is refused in words', async () => {
  const store = await RecordStore.open(path.join(root, 'one'), CONFIGURATION);
  writeFileSync(path.join(store.directory, 'experiment.json'), JSON.stringify({ ...CONFIGURATION, format: 1 }));
  await expect(RecordStore.read(store.directory)).rejects.toThrow('holds runs in the format 1');
});
