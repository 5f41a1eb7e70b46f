import { logLines } from '@dbss/agent/protocol/log-lines.ts';
import { measureTargets } from '../../../cli/src/experiment/measure-targets.ts';
import { measuredRecords } from '../../../cli/src/inspect/log-records.ts';
import { findRecoveries } from '../../../cli/src/inspect/recoveries.ts';
import { findDetections, findReturns, findServices } from '../../../cli/src/inspect/recovery-moments.ts';
import { attempts, FAULT_MS, logged, recoveryLog, SERVERS } from './made-record.ts';
import { bothFailed, lacking, LOST_WITH_ITS_HOST, seen, troubles } from './made-seen.ts';

test('§5.2: the three times of the example of Fig. 14', () => {
  const [ftp] = measureTargets(seen(recoveryLog('ftp', 'mail')));
  expect(ftp).toMatchObject({ server: 'ftp', disconnection_s: 11.54, whileServed_s: 0, atReturn_s: 0, firstAnswer_s: 1.59 });
  expect(ftp?.recovery?.times).toMatchObject({ serverFunction_s: 4.05, target_s: 81.66, faultToDetection_s: 7.26 });
  expect(troubles(seen(recoveryLog('ftp', 'mail')))).toEqual([]);
});

test('a client that was served before the virtual server was has no first answer of it', () => {
  const [ftp] = measureTargets(seen(recoveryLog('ftp', 'mail'), { access: { ftp: attempts(1.36, 8.9) } }));
  expect(ftp).toMatchObject({ firstAnswer_s: null });
});

test('the stop of services is a fault from which the detection is counted, as the plug is', () => {
  const dbss = 'DBSS_ftp_mail';
  const log = [
    logged('mail', 5.02, logLines.serviceProblemDetected(dbss, 20, 'vsftpd')),
    logged('mail', 6.1, logLines.serviceProblemReexamined(dbss)),
  ];
  const events = [{ time_ms: FAULT_MS, machine: 'ftp', action: 'services-stopped' as const }];
  expect(findRecoveries(SERVERS, measuredRecords(log), events)[0]?.times.faultToDetection_s).toBe(5.02);
});

test('three servers that fail at once have each its own times, also with one manager', () => {
  const servers = ['mail', 'ftp', 'web1'];
  const log = servers.flatMap((server, index) => recoveryLog(server, 'login', index / 10));
  const targets = measureTargets({
    faults: servers.map((server) => ({ server, problem: 'Nt', at_ms: FAULT_MS, cut_ms: FAULT_MS, done_ms: FAULT_MS })),
    recoveries: findRecoveries(SERVERS, measuredRecords(log), []),
    detections: findDetections(SERVERS, measuredRecords(log)),
    returns: findReturns(SERVERS, measuredRecords(log)),
    services: findServices(SERVERS, measuredRecords(log)),
    access: Object.fromEntries(servers.map((server, index) => [server, attempts(1.36, 12.9 + index / 10)])),
  });
  expect(targets.map(({ server, disconnection_s, recovery }) => [server, disconnection_s, recovery?.detected.slice(-5)])).toEqual([
    ['mail', 11.54, '.260Z'],
    ['ftp', 11.64, '.360Z'],
    ['web1', 11.74, '.460Z'],
  ]);
});

test('where two managers find a server failed, the times are those of the one that recovers it', () => {
  const waits = logged('web1', 8.4, logLines.awaitsFirstManager('DBSS_ftp_web1', 'mail'));
  const second = [...recoveryLog('ftp', 'web1', -1).slice(0, 2), waits];
  const one = seen([...second, ...recoveryLog('ftp', 'mail')]);
  expect(measureTargets(one)[0]?.recovery).toMatchObject({ manager: 'mail', times: { serverFunction_s: 4.05 } });
  expect(troubles(one)).toEqual([]);
});

test('where the manager fails as well, the return is that of the one that took the recovery up, and nothing went wrong', () => {
  const one = seen([...recoveryLog('web1', 'ftp').slice(0, 6), ...recoveryLog('web1', 'mail', 5)], {
    faults: [
      { server: 'ftp', problem: 'St', at_ms: FAULT_MS, cut_ms: null, done_ms: FAULT_MS },
      { server: 'web1', problem: 'Nt', at_ms: FAULT_MS, cut_ms: FAULT_MS, done_ms: FAULT_MS },
    ],
    access: { ftp: attempts(1.36, 12.9), web1: attempts(1.36, 12.9) },
  });
  const web1 = measureTargets(one)[1];
  expect(web1?.recovery).toMatchObject({ manager: 'ftp', outcome: 'target recovered', times: { serverFunction_s: 4.05, target_s: 86.66 } });
  expect(troubles(one).filter((trouble) => trouble.includes('web1'))).toEqual([]);
});

test('where the manager fails as well, a return counts whether its manager had left the recovery to that one or had seen no failure at all', () => {
  const dbss = 'DBSS_web1_mail';
  const left = [...recoveryLog('web1', 'mail').slice(0, 2), logged('mail', 9.4, logLines.leftToManager(dbss, 'ftp'))];
  for (const before of [left, []]) {
    const returned = [
      logged('mail', 12, logLines.recoveryResumed(dbss)),
      logged('mail', 17.26, logLines.targetRecovered(dbss, '198.18.0.113', 'web1')),
    ];
    const one = seen([...recoveryLog('web1', 'ftp').slice(0, 6), ...before, ...returned], {
      faults: ['ftp', 'web1'].map((server) => ({ server, problem: 'St', at_ms: FAULT_MS, cut_ms: null, done_ms: FAULT_MS })),
      access: { ftp: attempts(1.36, 12.9), web1: attempts(1.36, 12.9) },
    });
    const web1 = measureTargets(one)[1];
    expect(web1?.recovery).toMatchObject({ manager: 'ftp', outcome: 'target recovered', times: { serverFunction_s: 4.05, target_s: 10 } });
    expect(troubles(one).filter((trouble) => trouble.includes('web1'))).toEqual([]);
  }
});

test('where a manager detects the problem and fails before it recovers anything, the times begin at its detection', () => {
  const one = seen([...recoveryLog('ftp', 'web1').slice(0, 1), ...recoveryLog('ftp', 'mail', 10)]);
  expect(measureTargets(one)[0]?.recovery).toMatchObject({
    manager: 'mail',
    detected: '2022-03-18T13:43:12.260Z',
    times: { faultToDetection_s: 7.26, serverFunction_s: 14.05, target_s: 91.66, detection_s: 2 },
  });
});

test('where another manager takes the recovery up after its own detection, without a reexamination, it has recovered the server', () => {
  const begun = recoveryLog('web1', 'ftp').slice(0, 4);
  const dbss = 'DBSS_web1_web2';
  const takenUp = [
    ...recoveryLog('web1', 'web2', 0.03).slice(0, 1),
    logged('web2', 9.4, logLines.recoveryResumed(dbss)),
    ...recoveryLog('web1', 'web2', 0.5).slice(3),
  ];
  const one = seen([...begun, ...takenUp], {
    faults: ['ftp', 'web1'].map((server) => ({ server, problem: 'St', at_ms: FAULT_MS, cut_ms: null, done_ms: FAULT_MS })),
    access: { ftp: attempts(1.36, 12.9), web1: attempts(1.36, 12.9) },
  });
  expect(measureTargets(one)[1]?.recovery).toMatchObject({
    manager: 'web2',
    outcome: 'target recovered',
    times: { serverFunction_s: 4.55, target_s: 82.16, reexamination_s: null, selection_s: 0.51 },
  });
});

test('a detection before the failure is none of this failure', () => {
  const one = seen([...recoveryLog('ftp', 'web1', -9).slice(0, 1), ...recoveryLog('ftp', 'mail')]);
  expect(measureTargets(one)[0]?.recovery?.times.serverFunction_s).toBe(4.05);
});

test('a recovery from before the fault is not the one of this fault', () => {
  const one = seen(recoveryLog('ftp', 'mail', -100));
  expect(measureTargets(one)[0]?.recovery).toBeNull();
  expect(troubles(one)).toEqual(['no system log tells of a recovery of ftp']);
});

test('a client that is not served again has no disconnection time, and the run is marked', () => {
  const one = seen(recoveryLog('ftp', 'mail'), { access: { ftp: attempts(1.36, 500) } });
  expect(measureTargets(one)[0]?.disconnection_s).toBeNull();
  expect(troubles(one)).toEqual(['the client of ftp was not served at the end']);
});

test('a client that does not feel the failure has no disconnection time, and the run is marked', () => {
  const one = seen(recoveryLog('ftp', 'mail'), { access: { ftp: attempts(1.36, 1.36).map((each) => ({ ...each, ok: true })) } });
  expect(measureTargets(one)[0]?.disconnection_s).toBeNull();
  expect(troubles(one)).toEqual(['the client of ftp did not feel the failure']);
});

test('a disconnection that began before the failure and ended by service before the failure took effect is not its disconnection', () => {
  const blip = attempts(1.36, 12.9).map((each) =>
    each.started_ms === FAULT_MS - 640 ? { ...each, ended_ms: FAULT_MS + 60, ok: false } : each,
  );
  const served = { started_ms: FAULT_MS + 70, ended_ms: FAULT_MS + 110, ok: true };
  const access = [...blip, served].toSorted((a, b) => a.started_ms - b.started_ms);
  const one = seen(recoveryLog('ftp', 'mail'), {
    faults: [{ server: 'ftp', problem: 'Nt', at_ms: FAULT_MS, cut_ms: FAULT_MS + 90, done_ms: FAULT_MS + 150 }],
    access: { ftp: access },
  });
  expect(measureTargets(one)[0]?.disconnection_s).toBe(11.54);
});

test('a disconnection that began before the failure and lasts counts from the first XX after the failure', () => {
  const early = attempts(1.36, 12.9).map((each) =>
    each.started_ms < FAULT_MS + 1000 && each.started_ms > FAULT_MS - 3000 ? { ...each, ended_ms: each.started_ms + 900, ok: false } : each,
  );
  expect(measureTargets(seen(recoveryLog('ftp', 'mail'), { access: { ftp: early } }))[0]?.disconnection_s).toBe(13.54);
});

test('a later disconnection that does not end has no length', () => {
  const gone = attempts(1.36, 12.9).map((each) => (each.started_ms > FAULT_MS + 88_000 ? { ...each, ok: false } : each));
  expect(measureTargets(seen(recoveryLog('ftp', 'mail'), { access: { ftp: gone } }))[0]).toMatchObject({
    disconnection_s: 11.54,
    atReturn_s: null,
  });
});

test('what the client lacks while the virtual server serves, and at the return, is told apart from the failure', () => {
  const bad = [40_360, 41_360, 88_360].map((late_ms) => FAULT_MS + late_ms);
  const back = attempts(1.36, 12.9).map((one) => (bad.includes(one.started_ms) ? { ...one, ok: false } : one));
  expect(measureTargets(seen(recoveryLog('ftp', 'mail'), { access: { ftp: back } }))[0]).toMatchObject({
    disconnection_s: 11.54,
    whileServed_s: 2.04,
    atReturn_s: 1.04,
  });
});

test('what the client lacks because the virtual server was lost is not what the return costs, also where the return ends it', () => {
  expect(measureTargets(bothFailed(LOST_WITH_ITS_HOST, lacking(21, 34)))[1]).toMatchObject({
    disconnection_s: 11.54,
    whileServed_s: 13.04,
    atReturn_s: 0,
    recovery: { virtualServer: 'web1b@ftp', outcome: 'target recovered', times: { serverFunction_s: 4.05, target_s: 26.46 } },
  });
});

test('where a manager that detected nothing takes up the recovery of one that failed, the function counts from that detection', () => {
  const dbss = 'DBSS_web1_mail';
  const takenUp = [logged('mail', 12, logLines.recoveryResumed(dbss)), ...recoveryLog('web1', 'mail', 5).slice(3)];
  const one = bothFailed([...recoveryLog('web1', 'ftp').slice(0, 3), ...takenUp], attempts(1.36, 12.9));
  expect(measureTargets(one)[1]?.recovery).toMatchObject({
    ...{ manager: 'mail', virtualServer: 'web1b@web2', outcome: 'target recovered' },
    times: { serverFunction_s: 9.05, target_s: 86.66, reexamination_s: 2.08, installation_s: null },
  });
  expect(troubles(one)).toEqual([]);
});
