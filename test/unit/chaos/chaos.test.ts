import type { Observation } from '../../../cli/src/lab/observer/observation.ts';
import { chooseFaults, stepFor } from '../../chaos/choose-faults.ts';
import { seenBetween, takeoversIn } from '../../chaos/evidence.ts';
import { FAULTS } from '../../chaos/faults.ts';
import { faultLine, type FaultReport, totalsLine, totalsOf } from '../../chaos/report.ts';

const RING = {
  servers: ['mail', 'ftp', 'web1', 'web2', 'proxy', 'login'].map((name) => ({ name, daemon: `${name}d` })),
  fileServer: 'files',
};

function report(changes: Partial<FaultReport>): FaultReport {
  return {
    number: 1,
    name: 'power-off',
    what: 'the plug of ftp is pulled',
    struck: '2026-11-29T11:00:00.000Z',
    unreachable_s: {},
    doubles: [],
    takeovers: [],
    wrongTakeovers: [],
    normal_after_s: 80,
    operator: [],
    ...changes,
  };
}

test('there are more than thirty different faults, each with a name of its own and a description', () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  expect(FAULTS.length).toBeGreaterThan(30);
  for (const { what } of FAULTS) expect(what).toMatch(/\w/);
});

test('every name in a fault stands for a machine of the ring or its service', () => {
  for (const planned of chooseFaults(FAULTS, RING, FAULTS.length, 1)) {
    const { strike, repair } = planned.fault;
    const words = [...strike, ...repair].flatMap((step) => stepFor(step, planned));
    for (const word of words) expect(word).not.toMatch(/\$(server|manager|next|daemon|files)\b/);
    expect([...planned.fault.mayBeTakenOver].every((name) => ['$server', '$next'].includes(name))).toBe(true);
  }
});

test('one seed, one order; thirty faults are thirty different ones, and no server suffers more than its turn', () => {
  const planned = chooseFaults(FAULTS, RING, 30, 7);
  expect(chooseFaults(FAULTS, RING, 30, 7)).toEqual(planned);
  expect(chooseFaults(FAULTS, RING, 30, 8)).not.toEqual(planned);
  expect(new Set(planned.map(({ fault }) => fault.name)).size).toBe(30);
  for (const { name } of RING.servers) expect(planned.filter(({ names }) => names['server'] === name)).toHaveLength(5);
});

test('a step is for the machines that were chosen, and leaves the shell its own names', () => {
  const [planned] = chooseFaults(FAULTS, RING, 1, 1);
  if (planned === undefined) throw new Error('no fault');
  const chosen = { ...planned, names: { server: 'ftp', daemon: 'vsftpd' } };
  expect(stepFor(['lab', 'exec', '$server', '--', 'sh', '-c', 'for d in $(ls); do stop $daemon $d; done'], chosen)).toEqual([
    'lab',
    'exec',
    'ftp',
    '--',
    'sh',
    '-c',
    'for d in $(ls); do stop vsftpd $d; done',
  ]);
});

test('what was seen before and after a fault is not counted with it', () => {
  const observations: Observation[] = [
    { kind: 'unreachable', server: 'ftp', from_ms: 500, to_ms: 2500 },
    { kind: 'unreachable', server: 'web1', from_ms: 3000, to_ms: 3050 },
    { kind: 'unreachable', server: 'mail', from_ms: 8000, to_ms: null },
    { kind: 'double', server: 'ftp', round: 1, at_ms: 900, by: ['ftp', 'web2'] },
    { kind: 'double', server: 'ftp', round: 2, at_ms: 1000, by: ['web2', 'ftp'] },
    { kind: 'double', server: 'ftp', round: 3, at_ms: 1010, by: ['ftp', 'web2'] },
  ];
  expect(seenBetween(observations, 1000, 9000)).toEqual({
    unreachable_s: { ftp: 1.5, mail: 1 },
    doubles: [{ server: 'ftp', by: ['ftp', 'web2'], rounds: 2 }],
  });
});

test('a takeover of a server that the fault did not befall is told apart', () => {
  const logs = new Map([
    ['mail', [{ at: '2', text: 'DBSS_ftp_mail Virtual server creation started: ftpb@web2 (selection value 84.18)' }]],
    ['login', [{ at: '1', text: '__DBSS_mail_login Virtual server creation started: mailb@proxy (selection value 80.00)' }]],
    ['proxy', [{ at: '3', text: 'DBSS_login_proxy started' }]],
  ]);
  expect(takeoversIn(logs, ['ftp'])).toEqual({ takeovers: ['mailb@proxy', 'ftpb@web2'], wrongTakeovers: ['mailb@proxy'] });
});

test('the last line counts faults, double answers, wrong takeovers and operator actions', () => {
  const reports = [
    report({}),
    report({ wrongTakeovers: ['mailb@proxy'] }),
    report({ normal_after_s: null, operator: ['ftp is separated'] }),
  ];
  expect(totalsLine(totalsOf(reports, 4))).toBe('3 faults, 4 double answers, 1 takeovers of healthy servers, 1 operator actions needed');
});

test('a fault is told in one line', () => {
  expect(faultLine(report({ unreachable_s: { ftp: 9.687 }, takeovers: ['ftpb@web2'] }))).toBe(
    '1. power-off: the plug of ftp is pulled; unreachable: ftp 9.69 s; taken over: ftpb@web2; normal after 80 s',
  );
  expect(faultLine(report({ doubles: [{ server: 'ftp', by: ['ftp', 'web2'], rounds: 3 }] }))).toContain(
    'TWO ANSWERS for ftp: ftp and web2, 3 times',
  );
});
