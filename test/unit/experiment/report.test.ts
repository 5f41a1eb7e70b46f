import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExperimentConfiguration } from '../../../cli/src/experiment/configuration.ts';
import { paperTimes } from '../../../cli/src/experiment/paper-figures.ts';
import { RecordStore } from '../../../cli/src/experiment/record-store.ts';
import { failureSection } from '../../../cli/src/experiment/report/failure-section.ts';
import { table1Section } from '../../../cli/src/experiment/report/table1-section.ts';
import { writeReport } from '../../../cli/src/experiment/report/write-report.ts';
import { renderSummary } from '../../../cli/src/experiment/render-summary.ts';
import type { CharacteristicsRecord, FailureRecord } from '../../../cli/src/experiment/run-record.ts';
import { summarize } from '../../../cli/src/experiment/summary.ts';
import { CONDITIONS, failureRecord, recoveryLog, SERVERS } from './made-record.ts';

const CONFIGURATION: ExperimentConfiguration = {
  format: 2,
  experiment: 'table2-one',
  moment: 'middle',
  seed: null,
  version: '0.1.0',
  cluster: 'lab',
  agent: 'aaaa',
  inventory: 'bbbb',
  profile: 'paper',
  quorum: 'majority',
  machine: 'a machine',
};
const LINKS = { raw: 'runs', figures: 'report' };

function runs(method: string, backs_s: readonly number[]): readonly FailureRecord[] {
  return backs_s.map((back_s, index) => failureRecord([{ server: 'ftp', back_s }], { method, index: index + 1 }));
}

test('§5.3: the paper stands beside ours and ring beside p2p', () => {
  const { lines } = failureSection('table2-one', CONFIGURATION, [...runs('ring', [12.9, 13.1]), ...runs('p2p', [15.1])], LINKS);
  const text = lines.join('\n');
  expect(text).toContain('| problem | server | ring | runs | paper, ring | p2p | runs | paper, p2p |');
  expect(text).toContain('| ftp Nt | ftp | **11.64** (11.59–11.69; 11.54–11.74) | 2 | 11.64 | **13.74** | 1 | 11.66 |');
  expect(text).toContain('dbssctl experiment table2-one --method ring,p2p --case Nt --runs 2 --moment middle');
});

test('where the server failed that sends S.file, the report says why p2p detects later (§2.3)', () => {
  const words = 'With p2p the intervals begin with the S.file of mail';
  const lines = (server: string, method: string): string =>
    failureSection('fig15', CONFIGURATION, [failureRecord([{ server }], { method })], LINKS).lines.join('\n');
  expect(lines('mail', 'p2p')).toContain(words);
  expect(lines('mail', 'ring')).not.toContain(words);
  expect(lines('ftp', 'p2p')).not.toContain(words);
});

test('what is not below the paper is said, with the parts that it consists of', () => {
  const text = failureSection('table2-one', CONFIGURATION, runs('ring', [12.9, 13.1]), LINKS).lines.join('\n');
  expect(text).toContain("1 of 3 medians are below the paper's figure");
  expect(text).toContain(
    '- not below: ftp Nt, ftp, ring: access disconnection 11.64 s, the paper 11.64 s. Medians of its parts: examination that detected it 2.00',
  );
});

test("a part that took longer than in the paper's example is named beside it, after a pulled plug alone (§5.2)", () => {
  const longer = "Longer than in the paper's example of Nt (Fig. 14): from there to the client's first OK 1.69 (1.59).";
  const bullet = (problem: 'Nt' | 'St', back_s: number): string =>
    failureSection('table2-one', CONFIGURATION, [failureRecord([{ server: 'ftp', problem, back_s }], { case: problem })], LINKS)
      .lines.filter((line) => line.startsWith('- not below'))
      .join('\n');
  expect(bullet('Nt', 13)).toContain(longer);
  expect(bullet('St', 13)).not.toContain('Fig. 14');
});

test('a run in which something else went wrong counts, and is told; one that measured nothing does not count, and is told', () => {
  const troubled = failureRecord([{ server: 'ftp', back_s: 500 }], { index: 2, troubles: ['the log of web2 was not read: timeout'] });
  const empty = failureRecord([{ server: 'ftp' }], {
    index: 3,
    troubles: ['the log of login was not read: timeout'],
    void: 'ftp failed 0.61 s after the planned moment',
  });
  const { lines } = failureSection('table2-one', CONFIGURATION, [...runs('ring', [12.9]), troubled, empty], LINKS);
  const text = lines.join('\n');
  expect(text).toContain('| ftp Nt | ftp | **never** (never–never; 11.54–never) | 2 | 11.64 |');
  expect(text).toContain('- Nt, ring, number 2: the client of ftp was not served at the end; the log of web2 was not read: timeout');
  expect(text).toContain('- Nt, ring, number 3: ftp failed 0.61 s after the planned moment; the log of login was not read: timeout');
  expect(text.match(/^- Nt, ring, number 3/gm)).toHaveLength(1);
});

test('a series at random moments says so, with its seed', () => {
  const text = failureSection('table2-one', { ...CONFIGURATION, moment: 'random', seed: 7 }, runs('ring', [12.9]), LINKS).lines.join('\n');
  expect(text).toContain('at a random moment of the monitoring interval (seed 7)');
  expect(text).toContain('--moment random --seed 7');
});

test('the figure is that of the run in the middle', () => {
  const { figures } = failureSection('table2-one', CONFIGURATION, runs('ring', [14, 12.9, 13.4]), LINKS);
  expect(figures.map(({ file, record }) => [file, record.index])).toEqual([['table2-one-middle-Nt-ring.svg', 3]]);
});

test('a figure is named by the number of its run, which may be greater than the number of runs', () => {
  const later = runs('ring', [14, 12.9, 13.4]).map((record) => ({ ...record, index: record.index + 7 }));
  const { figures } = failureSection('table2-one', CONFIGURATION, later, LINKS);
  expect(figures[0]?.caption).toBe("ftp Nt with the method ring: run number 10, the middle one of 3 by the client's disconnection");
});

test('the figure is that of the run in the middle also where most clients were never served again', () => {
  const { figures } = failureSection('table2-one', CONFIGURATION, runs('ring', [500, 12.9, 500, 500, 13.4]), LINKS);
  expect(figures[0]?.record.index).toBe(1);
});

test('medians are said to stand beside averages', () => {
  const text = failureSection('table2-one', CONFIGURATION, runs('ring', [12.9]), LINKS).lines.join('\n');
  expect(text).toContain("The paper's figures are averages of 10 runs, ours are medians.");
});

test('a measurement is taken from the logs of a kept run, so that one that is mended holds for it, too', () => {
  const [record] = runs('ring', [12.9]);
  const frozen = { ...record!, targets: [] };
  expect(summarize('table2-one', [frozen])[0]?.serverFunction_s.median).toBe(4.05);
  expect(summarize('table2-one', [{ ...frozen, log: [] }])[0]?.serverFunction_s).toMatchObject({ count: 1, missing: 1 });
});

test('Table 2 and Fig. 15 of the paper, for its two methods and no other', () => {
  expect(paperTimes('table2-one', 'St', 'ftp', 'p2p')).toEqual({ serverFunction_s: 5.24, target_s: 33.48, disconnection_s: 10.65 });
  expect(paperTimes('table2-two', 'St-Nt', 'web1', 'ring')).toEqual({ serverFunction_s: 4.06 });
  expect(paperTimes('fig15', 'Nt', 'ftp', 'p2p')).toEqual({ serverFunction_s: 4.23, disconnection_s: 15.77 });
  expect(paperTimes('table2-one', 'St', 'ftp', 'dedicated')).toBeUndefined();
});

test('Fig. 15: three servers have three rows, each with its own paper', () => {
  const record = failureRecord([
    { server: 'mail', manager: 'login' },
    { server: 'ftp', manager: 'login' },
    { server: 'web1', manager: 'login' },
  ]);
  expect(summarize('fig15', [record]).map(({ server, paper }) => [server, paper.disconnection_s])).toEqual([
    ['mail', 11.73],
    ['ftp', 11.3],
    ['web1', 11.52],
  ]);
  expect(renderSummary({ experiment: 'fig15' }, [record])).toContain('11.73');
});

const CHARACTERISTICS: CharacteristicsRecord = {
  format: 2,
  kind: 'characteristics',
  conditions: CONDITIONS,
  case: 'characteristics',
  method: 'ring',
  index: 1,
  begun: '2022-03-18T13:42:00.000Z',
  duration_s: 200,
  troubles: [],
  void: null,
  server: 'ftp',
  startTime_s: 3.5,
  restartTime_s: 4.5,
  virtualServerStart_s: 31.2,
  servers: SERVERS,
  log: recoveryLog('ftp', 'mail'),
  examinations: [
    { daemon: 'vsftpd', servers: ['ftp'], monitoring: 'external', number: 3, mean_s: 0.012 },
    { daemon: 'vsftpd', servers: ['ftp'], monitoring: 'internal', number: 3, mean_s: 0.5 },
  ],
  settings: { interval_s: 10, networkExamination_s: 2, serviceExaminationLimit_s: 3, restartWait_s: 50 },
  specifications: [{ of: 'virtual server', what: 'Memory', paper: '2,048 MB', here: '512 MB' }],
};

test('Table 1: what was measured beside the paper; examinations are those by the manager', () => {
  const slower = { ...CHARACTERISTICS, index: 2, startTime_s: 4.5, examinations: [{ ...CHARACTERISTICS.examinations[0]!, mean_s: 0.014 }] };
  const text = table1Section({ ...CONFIGURATION, experiment: 'table1' }, [CHARACTERISTICS, slower], 'runs').join('\n');
  expect(text).toContain(
    '| target server: start time, from power on until everything has started and ssh answers | **4.00** (3.75–4.25; 3.50–4.50) | 2 | 31.07 |',
  );
  expect(text).toContain('| ring | vsftpd | ftp | 0.013 | 6 | 0.02 |');
  expect(text).toContain('| maximum wait for the restart of a server | 50.00 | 50.00 |');
});

test('Table 1: each method has medians of its own', () => {
  const other = { ...CHARACTERISTICS, method: 'p2p', startTime_s: 9 };
  const text = table1Section({ ...CONFIGURATION, experiment: 'table1' }, [CHARACTERISTICS, other], 'runs').join('\n');
  expect(text).toContain('|  | ring | runs | p2p | runs | paper |');
  expect(text).toContain('and ssh answers | **3.50** | 1 | **9.00** | 1 | 31.07 |');
  expect(text).toContain('| p2p | vsftpd | ftp | 0.012 | 3 | 0.02 |');
  expect(renderSummary({ experiment: 'table1' }, [CHARACTERISTICS, other])).toMatch(/start of a target server.*3\.50.*9\.00/);
});

test('Table 1: what never came counts as longer than all others', () => {
  const never = { ...CHARACTERISTICS, index: 2, log: [] };
  const text = table1Section({ ...CONFIGURATION, experiment: 'table1' }, [CHARACTERISTICS, never], 'runs').join('\n');
  expect(text).toContain('its installation procedure applied | **never** (never–never; 1.75–never) | 2 | 1.52 |');
  expect(renderSummary({ experiment: 'table1' }, [CHARACTERISTICS, never])).toContain('never (1.75–never)');
});

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
      'made in 3 boots of the machine, with Linux 6.1.0, 6.2.0, 16.0 GiB of memory, virtual servers by KVM of QEMU 7.2.22, ' +
        'their image built from feed; processor: family 25, model 17; dbssctl of the commit c0ffee, unknown.',
    );
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
