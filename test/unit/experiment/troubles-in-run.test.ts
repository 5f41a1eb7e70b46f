import { logLines } from '@dbss/agent/protocol/log-lines.ts';
import { attempts, FAULT_MS, logged, recoveryLog } from './made-record.ts';
import { bothFailed, lacking, LOST_WITH_ITS_HOST, RESTARTING, seen, troubles } from './made-seen.ts';

test('a healthy server that is found failed marks the run', () => {
  expect(troubles(seen([...recoveryLog('ftp', 'mail'), ...recoveryLog('proxy', 'web2')]))).toEqual([
    'proxy was found failed (network problem, by web2), which it was not meant to be',
  ]);
});

test('a machine that stood still marks the run', () => {
  const paused = attempts(1.36, 12.9).map((one) => {
    const isLater = (time_ms: number): number => (time_ms > FAULT_MS + 9_000 ? time_ms + 21_500 : time_ms);
    return { ...one, started_ms: isLater(one.started_ms), ended_ms: isLater(one.ended_ms) };
  });
  expect(troubles(seen(recoveryLog('ftp', 'mail'), { access: { ftp: paused } }))).toEqual([
    'the machine stood still, or nearly so, for about 22.50 s: a client that begins an attempt each second did not for so long',
  ]);
});

test('a server that is recovered twice, or not returned, marks the run', () => {
  expect(troubles(seen([...recoveryLog('ftp', 'mail'), ...recoveryLog('ftp', 'login', 1)]))).toEqual([
    'ftp was recovered 2 times: by mail on web2, then 1.00 s later by login on web2',
  ]);
  expect(troubles(seen(recoveryLog('ftp', 'mail').slice(0, 7)))).toEqual(['ftp: function recovered']);
});

test('two managers that have one virtual server made between them recover once', () => {
  expect(troubles(seen([...recoveryLog('ftp', 'mail'), ...recoveryLog('ftp', 'login', 0.2).slice(0, 6)]))).toEqual([]);
});

test('a function that is lost a second time marks the run, also where its manager is another server that failed', () => {
  expect(troubles(bothFailed(LOST_WITH_ITS_HOST, lacking(21, 34)))).toEqual([
    'web1 was recovered 2 times: by ftp on ftp, then 22.15 s later by ftp on mail, with 13.04 s in between in which its client was not served',
  ]);
});

test('a second virtual server that another manager has made marks the run, and one that is handed over does not', () => {
  const another = recoveryLog('web1', 'mail', 5).map((line) => ({ ...line, text: line.text.replace('web1b@web2', 'web1b@proxy') }));
  const begun = recoveryLog('web1', 'ftp').slice(0, 6);
  expect(troubles(bothFailed([...begun, ...another], attempts(1.36, 12.9)))).toEqual([
    'web1 was recovered 2 times: by ftp on web2, then 5.00 s later by mail on proxy',
  ]);
  expect(troubles(bothFailed([...begun, ...recoveryLog('web1', 'mail', 5)], attempts(1.36, 12.9)))).toEqual([]);
});

test('one manager that takes up its own recovery again after a restart, with the virtual server that serves, recovers once', () => {
  const again = [
    logged('ftp', 14, logLines.recoveryResumed(RESTARTING)),
    logged('ftp', 15, logLines.functionRecovered(RESTARTING, 'web1b', 'web2', '198.18.0.113')),
  ];
  const log = recoveryLog('web1', 'ftp');
  expect(troubles(bothFailed([...log.slice(0, 6), ...again, ...log.slice(6)], attempts(1.36, 12.9)))).toEqual([]);
});

test('a virtual server that is made once more in one recovery marks the run', () => {
  const log = recoveryLog('ftp', 'mail');
  const anew = logged('mail', 30, logLines.functionRecovered('DBSS_ftp_mail', 'ftpb', 'web1', '198.18.0.112'));
  expect(troubles(seen([...log.slice(0, 6), anew, ...log.slice(6)]))).toEqual([
    'ftp was recovered 2 times: by mail on web2, then 18.69 s later by mail on web1',
  ]);
});

test('a server that returns without a virtual server having served marks the run', () => {
  const log = recoveryLog('ftp', 'mail');
  expect(troubles(seen([...log.slice(0, 2), ...log.slice(6)]))).toEqual(['no system log tells that a virtual server served for ftp']);
});

test('a virtual server that was made beside the one that serves, and did not serve, marks the run', () => {
  const idle = recoveryLog('web1', 'web2', 0.1)
    .slice(0, 5)
    .map((line) => ({ ...line, text: line.text.replace('web1b@web2', 'web1b@proxy') }));
  expect(troubles(bothFailed([...recoveryLog('web1', 'ftp'), ...idle], attempts(1.36, 12.9)))).toEqual([
    'web2 had web1b@proxy made as well, and no system log tells that it served',
  ]);
});

test('a client that was not served before the failure marks the run', () => {
  const [first, ...others] = attempts(1.36, 12.9);
  const broken = first === undefined ? others : [{ ...first, ok: false }, ...others];
  expect(troubles(seen(recoveryLog('ftp', 'mail'), { access: { ftp: broken } }))).toEqual([
    'the client of ftp was not served all the time before the failure',
  ]);
});
