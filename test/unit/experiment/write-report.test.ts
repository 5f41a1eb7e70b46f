import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { RecordStore } from '../../../cli/src/experiment/record-store.ts';
import { writeReport } from '../../../cli/src/experiment/report/write-report.ts';
import { CONDITIONS, failureRecord } from './made-record.ts';
import path from 'node:path';
import { CHARACTERISTICS, CONFIGURATION, runs } from './made-series.ts';

describe('a report of a directory of records', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'dbss-report-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  test('has all experiments in the order of the paper, with figures that it refers to', async () => {
    const failures = await RecordStore.open(path.join(root, 'table2-one-middle'), CONFIGURATION);
    for (const record of runs('ring', [12.9, 13.1])) await failures.append(record);
    const table1 = await RecordStore.open(path.join(root, 'table1'), { ...CONFIGURATION, experiment: 'table1' });
    await table1.append(CHARACTERISTICS);
    const written = await writeReport(root, path.join(root, 'out', 'section-5.md'));
    const text = readFileSync(written.report, 'utf8');
    expect(text.indexOf('## Table 1')).toBeGreaterThan(0);
    expect(text.indexOf('## Table 2')).toBeGreaterThan(text.indexOf('## Table 1'));
    expect(text).toContain('](section-5/table2-one-middle-Nt-ring.svg)');
    expect(text).toContain('[../table2-one-middle/runs](../table2-one-middle/runs)');
    expect(text).not.toContain(root);
    expect(text).toContain('--record DIR');
    expect(readFileSync(path.join(root, 'out', 'section-5', 'table2-one-middle-Nt-ring.svg'), 'utf8')).toContain('</svg>');
    expect(written.runs).toBe(3);
  });

  test('tells series of several inventories apart, whose records lie beside each other', async () => {
    const lab = await RecordStore.open(path.join(root, 'lab', 'table2-one-middle'), CONFIGURATION);
    await lab.append(failureRecord([{ server: 'ftp' }]));
    const other = await RecordStore.open(path.join(root, 'other', 'table2-one-middle'), { ...CONFIGURATION, cluster: 'other' });
    await other.append(failureRecord([{ server: 'ftp' }]));
    const { report, figures } = await writeReport(root, path.join(root, 'report.md'));
    expect(readFileSync(report, 'utf8')).toContain('## Table 2, upper part: a problem in one server (other)');
    expect(new Set(figures).size).toBe(2);
  });

  test('tells records of the same series apart by where they lie, and keeps the figures of both', async () => {
    for (const place of ['one', 'two']) {
      const store = await RecordStore.open(path.join(root, place, 'table2-one-middle'), CONFIGURATION);
      await store.append(failureRecord([{ server: 'ftp' }]));
    }
    const { report, figures } = await writeReport(root, path.join(root, 'report.md'));
    expect(readFileSync(report, 'utf8')).toContain('## Table 2, upper part: a problem in one server (two/table2-one-middle)');
    expect(new Set(figures).size).toBe(2);
  });

  test('tells in how many boots, with which kernels and of which commits its runs were made', async () => {
    const store = await RecordStore.open(path.join(root, 'table2-one-middle'), CONFIGURATION);
    const others = [{}, { boot: 'b2' }, { boot: 'b3', kernel: '6.2.0', commit: null }];
    for (const [index, other] of others.entries()) {
      await store.append(failureRecord([{ server: 'ftp' }], { index, conditions: { ...CONDITIONS, ...other } }));
    }
    const { report } = await writeReport(root, path.join(root, 'report.md'));
    expect(readFileSync(report, 'utf8')).toContain(
      '| table2-one, middle | 3 | 6.1.0, 6.2.0 | 16.0 GiB | family 25, model 17 | KVM of QEMU 7.2.22 | feed | c0ffee, unknown |\n',
    );
  });

  test('tells of each series by itself on which processor and with which image it was made', async () => {
    const one = await RecordStore.open(path.join(root, 'table2-one-middle'), CONFIGURATION);
    await one.append(failureRecord([{ server: 'ftp' }]));
    const two = await RecordStore.open(path.join(root, 'table2-two-middle'), { ...CONFIGURATION, experiment: 'table2-two' });
    const conditions = { ...CONDITIONS, processor: 'family 25, model 1', image: 'beef' };
    await two.append(failureRecord([{ server: 'ftp' }, { server: 'web1' }], { case: 'Nt-Nt', conditions }));
    const { report } = await writeReport(root, path.join(root, 'report.md'));
    const text = readFileSync(report, 'utf8');
    expect(text).toContain('| table2-one, middle | 1 | 6.1.0 | 16.0 GiB | family 25, model 17 | KVM of QEMU 7.2.22 | feed | c0ffee |\n');
    expect(text).toContain('| table2-two, middle | 1 | 6.1.0 | 16.0 GiB | family 25, model 1 | KVM of QEMU 7.2.22 | beef | c0ffee |\n');
  });

  test('holds a failure of several servers against that of one by the same agent, inventory, moment, processor and image, and no other', async () => {
    const alone = await RecordStore.open(path.join(root, 'table2-one-middle'), CONFIGURATION);
    await alone.append(failureRecord([{ server: 'ftp' }]));
    const several = { ...CONFIGURATION, experiment: 'table2-two' as const };
    const series = [
      [several, CONDITIONS],
      [{ ...several, inventory: 'cccc' }, CONDITIONS],
      [{ ...several, agent: 'dddd' }, CONDITIONS],
      [several, { ...CONDITIONS, processor: 'family 25, model 1' }],
      [several, { ...CONDITIONS, image: 'beef' }],
    ] as const;
    for (const [place, [configuration, conditions]] of series.entries()) {
      const store = await RecordStore.open(path.join(root, String(place), 'table2-two-middle'), configuration);
      const servers = ['ftp', 'web1'].map((server) => ({ server, back_s: 13.9 }));
      await store.append(failureRecord(servers, { case: 'Nt-Nt', conditions }));
    }
    const { report } = await writeReport(root, path.join(root, 'report.md'));
    const told = readFileSync(report, 'utf8').match(/access disconnection 12\.54 s, for one server .*/g) ?? [];
    expect(told).toHaveLength(10);
    expect(told.filter((line) => line.includes('than here where ftp failed alone'))).toHaveLength(2);
  });

  test('names the runs that were dropped after their servers had failed', async () => {
    const store = await RecordStore.open(path.join(root, 'table2-one-middle'), CONFIGURATION);
    await store.append(failureRecord([{ server: 'ftp' }]));
    const times = { begun: '2022-03-18T13:50:00.000Z', dropped: '2022-03-18T13:51:00.000Z' };
    await store.noteDropped({ case: 'Nt', method: 'ring', index: 2, ...times, why: 'broken off' });
    const { report } = await writeReport(root, path.join(root, 'report.md'));
    expect(readFileSync(report, 'utf8')).toContain('- table2-one, Nt, ring, number 2, begun 2022-03-18T13:50:00.000Z: broken off\n');
  });

  test('in a checkout names nothing that is not there in a clone of it', async () => {
    const record = path.join(root, 'docs', 'measurements', 'experiments');
    const store = await RecordStore.open(path.join(record, 'table2-one-middle'), CONFIGURATION);
    await store.append(failureRecord([{ server: 'ftp' }]));
    const { report } = await writeReport(record, path.join(root, 'docs', 'section-5.md'));
    const links = [...readFileSync(report, 'utf8').matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link ?? '');
    expect(links).toEqual(['measurements/experiments/table2-one-middle/runs', 'section-5/table2-one-middle-Nt-ring.svg']);
    for (const link of links) expect(existsSync(path.join(root, 'docs', link))).toBe(true);
  });

  test('is refused where nothing is recorded', async () => {
    await expect(writeReport(root, path.join(root, 'report.md'))).rejects.toThrow('no run of an experiment is recorded there');
  });
});
