import { paperTimes } from '../../../cli/src/experiment/paper-figures.ts';
import { failureSection } from '../../../cli/src/experiment/report/failure-section.ts';
import { renderSummary } from '../../../cli/src/experiment/render-summary.ts';
import type { FailureRecord } from '../../../cli/src/experiment/run-record.ts';
import { summarize } from '../../../cli/src/experiment/summary.ts';
import { CONDITIONS, failureRecord } from './made-record.ts';
import { CONFIGURATION, LINKS, runs } from './made-series.ts';

test('§5.3: the paper stands beside ours and ring beside p2p', () => {
  const { lines } = failureSection('table2-one', CONFIGURATION, [...runs('ring', [12.9, 13.1]), ...runs('p2p', [15.1])], LINKS);
  const text = lines.join('\n');
  expect(text).toContain('| problem | server | ring | runs | paper, ring | p2p | runs | paper, p2p |');
  expect(text).toContain('| ftp Nt | ftp | **11.64** (11.59–11.69; 11.54–11.74) | 2 | 11.64 | **13.74** | 1 | 11.66 |');
  expect(text).toContain('dbssctl experiment table2-one --method ring,p2p --case Nt --runs 2 --moment middle --record docs/record');
});

test('where the server failed that sends S.file, the report says why p2p detects later (§2.3)', () => {
  const words = 'With p2p each interval begins with a start signal (S.file) of mail';
  const lines = (server: string, method: string): string =>
    failureSection('fig15', CONFIGURATION, [failureRecord([{ server }], { method })], LINKS).lines.join('\n');
  expect(lines('mail', 'p2p')).toContain(words);
  expect(lines('mail', 'ring')).not.toContain(words);
  expect(lines('ftp', 'p2p')).not.toContain(words);
});

test('where several emulated virtual servers begin at once, the report says why they take longer', () => {
  const lines = (accelerator: 'kvm' | 'tcg', servers: readonly string[]): string => {
    const record = failureRecord(
      servers.map((server) => ({ server })),
      { case: servers.length > 1 ? 'Nt-Nt' : 'Nt', conditions: { ...CONDITIONS, accelerator } },
    );
    return failureSection(servers.length > 1 ? 'table2-two' : 'table2-one', CONFIGURATION, [record], LINKS).lines.join('\n');
  };
  const words = 'several virtual servers install at once on these processors';
  expect(lines('tcg', ['ftp', 'web1'])).toContain(words);
  expect(lines('kvm', ['ftp', 'web1'])).not.toContain(words);
  expect(lines('tcg', ['ftp'])).not.toContain(words);
  expect(lines('tcg', ['mail', 'ftp'])).toContain('so mail is the slowest');
  expect(lines('tcg', ['ftp', 'web1'])).not.toContain('so mail is the slowest');
});

test('what is not below the paper is said, with the parts that it consists of', () => {
  const text = failureSection('table2-one', CONFIGURATION, runs('ring', [12.9, 13.1]), LINKS).lines.join('\n');
  expect(text).toContain("Medians below the paper's figure: server function 0 of 1, target server 1 of 1, access disconnection 0 of 1.");
  expect(text).toContain(
    '- not below: ftp Nt, ftp, ring: access disconnection 11.64 s, the paper 11.64 s. Medians of its parts: examination that detected it 2.00',
  );
});

test("a part that took longer than in the paper's example is named beside it, after a pulled plug alone (§5.2)", () => {
  const longer = "Longer than in the paper's example (Fig. 14: the plug of ftp alone): from there to the client's first OK 1.69 (1.59).";
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

test('who recovered a server is told, in how many runs each', () => {
  const by = (manager: string, index: number): FailureRecord => failureRecord([{ server: 'ftp', manager }], { index });
  const text = failureSection('table2-one', CONFIGURATION, [by('mail', 1), by('login', 2), by('mail', 3)], LINKS).lines.join('\n');
  expect(text).toContain('| ftp Nt | ftp | ring | login (1), mail (2) | – | 2.00 |');
});

test('where servers fail together the report says what differs from the paper then (§5.3)', () => {
  const words = 'Where several servers fail, the manager of one may be another of them';
  const lines = (servers: readonly string[]): string =>
    failureSection('fig15', CONFIGURATION, [failureRecord(servers.map((server) => ({ server })))], LINKS).lines.join('\n');
  expect(lines(['ftp', 'web1'])).toContain(words);
  expect(lines(['ftp'])).not.toContain(words);
});

test('how busy the machine was before the failures is told, and which runs it was busy in', () => {
  const load = (idle: number): FailureRecord['load'] => [
    { at: 'begin', time_ms: 0, stat: 'cpu  100 0 0 1000 0 0 0 0 50 0', pressure: null },
    { at: 'failed', time_ms: 0, stat: `cpu  ${1100 - idle} 0 0 ${1000 + idle} 0 0 0 0 950 0`, pressure: null },
  ];
  const text = [900, 800, 100].map((idle, index) => failureRecord([{ server: 'ftp' }], { index: index + 1, load: load(idle) }));
  const told = (records: readonly FailureRecord[]): string => failureSection('table2-one', CONFIGURATION, records, LINKS).lines.join('\n');
  expect(told(text)).toContain('to its failure: median 0.20, at most 0.90. More than half: Nt, ring, number 3 (0.90).');
  expect(told(text)).not.toContain('From the failure until');
  expect(told(runs('ring', [12.9]))).not.toContain('Share of the processors');
  const served = [20, 40].map((idle, index) => {
    const again = { at: 'served again', time_ms: 0, stat: `cpu  ${400 - idle} 0 0 ${1800 + idle} 0 0 0 0 0 0`, pressure: null } as const;
    return failureRecord([{ server: 'ftp' }], { index: index + 1, load: [...load(800), again] });
  });
  expect(told(served)).toContain(
    'From the failure until the clients were served again, the wait for the detection included: median 0.70, at most 0.80.',
  );
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
