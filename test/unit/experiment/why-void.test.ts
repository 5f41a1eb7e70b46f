import { targetsOf } from '../../../cli/src/experiment/measure-run.ts';
import { type DoneRun, whyVoid } from '../../../cli/src/experiment/why-void.ts';
import { FAULT_MS, failureRecord } from './made-record.ts';

function done(changes: Partial<DoneRun> = {}): DoneRun {
  const record = failureRecord([{ server: 'ftp' }]);
  return {
    planned: [{ server: 'ftp', problem: 'Nt' }],
    due_ms: FAULT_MS,
    faults: record.faults,
    failed: [],
    targets: targetsOf(record),
    notRead: [],
    brokenClients: [],
    ...changes,
  };
}

const UNTOLD = targetsOf(failureRecord([{ server: 'ftp' }], { log: [] }));
const MAIL_UNREAD = [{ server: 'mail', problem: 'timeout' }];

test('a run whose failure was placed where it was to be counts', () => {
  expect(whyVoid(done())).toBeNull();
});

test('a run in which the server was never recovered counts', () => {
  expect(whyVoid(done({ targets: UNTOLD }))).toBeNull();
});

test('a plug that is out too late measures nothing, however early its pulling began', () => {
  const faults = [{ server: 'ftp', problem: 'Nt' as const, at_ms: FAULT_MS, cut_ms: FAULT_MS + 610, done_ms: FAULT_MS + 700 }];
  expect(whyVoid(done({ faults }))).toBe('ftp failed 0.61 s after the planned moment');
});

test('a plug that is out in time counts, however late its processes end', () => {
  const faults = [{ server: 'ftp', problem: 'Nt' as const, at_ms: FAULT_MS, cut_ms: FAULT_MS + 90, done_ms: FAULT_MS + 4000 }];
  expect(whyVoid(done({ faults }))).toBeNull();
});

test('services that take too long to stop measure nothing', () => {
  const faults = [{ server: 'ftp', problem: 'St' as const, at_ms: FAULT_MS, cut_ms: null, done_ms: FAULT_MS + 3500 }];
  expect(whyVoid(done({ faults }))).toBe('the services of ftp took 3.50 s to stop');
});

test('a failure of which one part could not be done is another one than planned', () => {
  expect(whyVoid(done({ failed: ['web1 was off before its plug was pulled'] }))).toBe('web1 was off before its plug was pulled');
});

test('a recovery that no log tells is unknown, not never, where a log could not be read', () => {
  expect(whyVoid(done({ targets: UNTOLD, notRead: MAIL_UNREAD }))).toBe('what became of ftp is not known: the log of mail cannot be read');
  expect(whyVoid(done({ notRead: MAIL_UNREAD }))).toBeNull();
});

test('a server that never came back does not make its own run void by its unread log', () => {
  const notRead = [
    { server: 'ftp', problem: 'no route' },
    { server: 'mail', problem: 'no route' },
  ];
  const planned = [
    { server: 'ftp', problem: 'Nt' as const },
    { server: 'mail', problem: 'Nt' as const },
  ];
  expect(whyVoid(done({ planned, targets: UNTOLD, notRead }))).toBeNull();
});

test('a client that broke before it was served again measures nothing, one that broke later has measured', () => {
  const unserved = targetsOf(failureRecord([{ server: 'ftp', back_s: 500 }]));
  expect(whyVoid(done({ targets: unserved, brokenClients: ['ftp'] }))).toBe('the client of ftp broke before it was served again');
  expect(whyVoid(done({ brokenClients: ['ftp'] }))).toBeNull();
  expect(whyVoid(done({ targets: unserved }))).toBeNull();
});
