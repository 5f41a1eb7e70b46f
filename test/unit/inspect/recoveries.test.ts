import { expect, test } from '@jest/globals';
import { logLines } from '@dbss/agent/protocol/log-lines.ts';
import { logRecords, timedLines } from '../../../cli/src/inspect/log-records.ts';
import { findRecoveries, medianTimes } from '../../../cli/src/inspect/recoveries.ts';

const SERVERS = ['mail', 'ftp', 'web1', 'web2'];
const DBSS = 'DBSS_ftp_mail';

/** The paper's example of §5.2 (Fig. 14). */
const FIGURE_14 = [
  `2022-03-18 13:43:05.00 5`,
  `2022-03-18 13:43:12.26 ${logLines.networkProblemDetected(DBSS, 2000)}`,
  `2022-03-18 13:43:14.34 ${logLines.networkProblemReexamined(DBSS)}`,
  `2022-03-18 13:43:14.36 __${logLines.recoveryJobStarted(DBSS)}`,
  `2022-03-18 13:43:14.41 ${logLines.creationStarted(DBSS, 'ftpb', 'web2', 96.27)}`,
  `2022-03-18 13:43:16.16 ${logLines.creationCompleted(DBSS, 'ftpb', 'web2', 520, 1230)}`,
  `2022-03-18 13:43:16.31 ${logLines.functionRecovered(DBSS, 'ftpb', 'web2', '198.18.0.112')}`,
  `2022-03-18 13:44:04.77 __${logLines.stopCondition(DBSS)}`,
  `2022-03-18 13:44:33.12 __${logLines.startedNormally(DBSS)}`,
  `2022-03-18 13:44:33.92 ${logLines.targetRecovered(DBSS, '198.18.0.112', 'ftp')}`,
];
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

test("the paper's example is read with its recovery times: 4.05 s for the function, 81.66 s for the target (§5.2)", () => {
  expect(findRecoveries(SERVERS, logRecords(text(FIGURE_14), 0), [])).toEqual([
    {
      target: 'ftp',
      manager: 'mail',
      problem: 'network',
      detected: '2022-03-18T13:43:12.260Z',
      virtualServer: 'ftpb@web2',
      outcome: 'target recovered',
      times: {
        faultToDetection_s: null,
        detection_s: 2,
        reexamination_s: 2.08,
        selection_s: 0.07,
        resume_s: 0.52,
        installation_s: 1.23,
        address_s: 0.15,
        serverFunction_s: 4.05,
        target_s: 81.66,
      },
    },
  ]);
});

test("the lab's record of the plug gives the time from the fault to its detection", () => {
  const events = [
    { time_ms: Date.parse('2022-03-18T13:00:00Z'), machine: 'ftp', action: 'power-off' as const },
    { time_ms: Date.parse('2022-03-18T13:43:05Z'), machine: 'ftp', action: 'power-off' as const },
    { time_ms: Date.parse('2022-03-18T13:43:06Z'), machine: 'web1', action: 'power-off' as const },
  ];
  const [recovery] = findRecoveries(SERVERS, logRecords(text(FIGURE_14), 0), events);
  expect(recovery?.times.faultToDetection_s).toBe(7.26);
});

test('a virtual server that is created once more has the host of the last one, and the times of the one that served first', () => {
  const anew = [
    ...FIGURE_14.slice(0, 7),
    `2022-03-18 13:43:36.40 ${logLines.creationCompleted(DBSS, 'ftpb', 'web1', 400, 900)}`,
    `2022-03-18 13:43:36.50 ${logLines.functionRecovered(DBSS, 'ftpb', 'web1', '198.18.0.112')}`,
  ];
  const [recovery] = findRecoveries(SERVERS, logRecords(text(anew), 0), []);
  expect(recovery).toMatchObject({ virtualServer: 'ftpb@web1', times: { resume_s: 0.52, installation_s: 1.23, address_s: 0.15 } });
});

test('a detection that was left to another manager is no recovery of this one', () => {
  const left = [...FIGURE_14.slice(0, 3), `2022-03-18 13:43:14.35 ${logLines.leftToManager(DBSS, 'web2')}`];
  expect(findRecoveries(SERVERS, logRecords(text(left), 0), [])).toEqual([]);
});

test('a server with priority 2 that only waited has recovered nobody, and one that returned the target has', () => {
  const second = 'DBSS_ftp_web1';
  const waited = [
    `2022-03-18 13:43:12.26 ${logLines.networkProblemDetected(second, 2000)}`,
    `2022-03-18 13:43:14.34 ${logLines.networkProblemReexamined(second)}`,
    `2022-03-18 13:43:14.34 ${logLines.awaitsFirstManager(second, 'mail')}`,
  ];
  const returned = [...waited, `2022-03-18 13:44:33.92 ${logLines.targetRecovered(second, '198.18.0.112', 'ftp')}`];
  expect(findRecoveries(SERVERS, logRecords(text(waited), 0), [])).toEqual([]);
  expect(findRecoveries(SERVERS, logRecords(text(returned), 0), [])).toMatchObject([{ manager: 'web1', times: { target_s: 81.66 } }]);
});

test('a recovery that its manager took up again after its own detection is one, without a reexamination', () => {
  const takenUp = [...FIGURE_14.slice(0, 2), `2022-03-18 13:43:14.36 ${logLines.recoveryResumed(DBSS)}`, ...FIGURE_14.slice(3)];
  expect(findRecoveries(SERVERS, logRecords(text(takenUp), 0), [])).toMatchObject([
    {
      manager: 'mail',
      virtualServer: 'ftpb@web2',
      outcome: 'target recovered',
      times: { detection_s: 2, reexamination_s: null, selection_s: 0.05, installation_s: 1.23, serverFunction_s: 4.05, target_s: 81.66 },
    },
  ]);
});

test('a manager that had left the recovery to another one and recovers the function after all has recovered it', () => {
  const after = [
    ...FIGURE_14.slice(0, 3),
    `2022-03-18 13:43:14.35 ${logLines.leftToManager(DBSS, 'web2')}`,
    `2022-03-18 13:43:14.36 ${logLines.recoveryResumed(DBSS)}`,
    ...FIGURE_14.slice(4),
  ];
  expect(findRecoveries(SERVERS, logRecords(text(after), 0), [])).toMatchObject([
    { manager: 'mail', times: { reexamination_s: 2.08, selection_s: 0.05, serverFunction_s: 4.05 } },
  ]);
});

test('what a manager takes up of a later failure is no recovery of the one that it had left to another', () => {
  const later = [
    ...FIGURE_14.slice(0, 3),
    `2022-03-18 13:43:14.35 ${logLines.leftToManager(DBSS, 'web2')}`,
    `2022-03-18 15:00:00.00 ${logLines.recoveryResumed(DBSS)}`,
    ...FIGURE_14.slice(4, 7).map((line) => line.replace(' 13:43:', ' 15:00:')),
  ];
  expect(findRecoveries(SERVERS, logRecords(text(later), 0), [])).toEqual([]);
});

test('a problem that was not confirmed is no recovery, also where its manager takes up that of another one later', () => {
  const unconfirmed = [
    logLines.normalByReexamination(DBSS),
    logLines.otherOpinion(DBSS, 'web1'),
    logLines.ownNetworkInDoubt(DBSS),
    logLines.storageInDoubt(DBSS, 'no answer'),
  ];
  for (const line of unconfirmed) {
    const log = [
      FIGURE_14[1] ?? '',
      `2022-03-18 13:43:14.34 ${line}`,
      `2022-03-18 14:10:00.00 ${logLines.recoveryResumed(DBSS)}`,
      `2022-03-18 14:10:10.00 ${logLines.targetRecovered(DBSS, '198.18.0.112', 'ftp')}`,
    ];
    expect(findRecoveries(SERVERS, logRecords(text(log), 0), [])).toEqual([]);
  }
});

test('a recovery that another manager ended is shown with the return, and one before which the target failed again is not', () => {
  const other = 'DBSS_ftp_web1';
  const begun = FIGURE_14.slice(0, 7);
  const left = [
    `2022-03-18 13:43:12.30 ${logLines.networkProblemDetected(other, 2000)}`,
    `2022-03-18 13:43:14.40 ${logLines.networkProblemReexamined(other)}`,
    `2022-03-18 13:43:14.41 ${logLines.leftToManager(other, 'mail')}`,
    `2022-03-18 13:44:33.92 ${logLines.recoveryResumed(other)}`,
    `2022-03-18 13:44:34.26 ${logLines.targetRecovered(other, '198.18.0.112', 'ftp')}`,
  ];
  expect(findRecoveries(SERVERS, logRecords(text([...begun, ...left]), 0), [])).toMatchObject([
    { manager: 'mail', outcome: 'target recovered', times: { serverFunction_s: 4.05, target_s: 82 } },
  ]);
  const again = begun.map((line) => line.replace(' 13:43:', ' 13:44:'));
  expect(findRecoveries(SERVERS, logRecords(text([...begun, ...again, ...left]), 0), [])).toMatchObject([
    { manager: 'mail', outcome: 'function recovered', times: { target_s: null } },
    { manager: 'mail', outcome: 'target recovered', times: { target_s: 22 } },
  ]);
});

test('two managers that detect one failure: the one that began the recovery is shown with the return, too', () => {
  const other = FIGURE_14.map((line) => line.replace(DBSS, 'DBSS_ftp_web1').replace(':12.26', ':12.30'));
  const both = [
    ...FIGURE_14.slice(0, 7),
    ...other.slice(0, 2),
    `2022-03-18 13:43:14.36 ${logLines.recoveryResumed('DBSS_ftp_web1')}`,
    ...other.slice(9),
  ];
  expect(findRecoveries(SERVERS, logRecords(text(both), 0), [])).toMatchObject([
    { manager: 'mail', outcome: 'target recovered', times: { serverFunction_s: 4.05, target_s: 81.66 } },
    { manager: 'web1', outcome: 'target recovered', times: { serverFunction_s: null, target_s: 81.62 } },
  ]);
});

test('a detection after which the target was examined once more is no recovery', () => {
  const again = [...FIGURE_14.slice(0, 3), `2022-03-18 13:43:24.35 ${logLines.verdictTooOld(DBSS, 12_000)}`];
  expect(findRecoveries(SERVERS, logRecords(text(again), 0), [])).toEqual([]);
});

test('what the background job wrote is told from what the foreground job wrote, and its words are read without the mark (§5.2)', () => {
  const lines = timedLines(text(FIGURE_14), 0);
  expect(lines.filter(({ background }) => background).map((line) => line.text)).toEqual([
    logLines.recoveryJobStarted(DBSS),
    logLines.stopCondition(DBSS),
    logLines.startedNormally(DBSS),
  ]);
  expect(lines[0]).toEqual({ time_ms: Date.parse('2022-03-18T13:43:05Z'), text: '5', background: false });
});

test('a log in local time is read in that time', () => {
  const [recovery] = findRecoveries(SERVERS, logRecords(text(FIGURE_14), 540), []);
  expect(recovery?.detected).toBe('2022-03-18T04:43:12.260Z');
});

test('a problem that the reexamination did not find again is no recovery', () => {
  const log = [FIGURE_14[1] ?? '', `2022-03-18 13:43:14.34 ${logLines.normalByReexamination(DBSS)}`];
  expect(findRecoveries(SERVERS, logRecords(text(log), 0), [])).toEqual([]);
});

test('a recovery under way has no times for what has not happened', () => {
  const [recovery] = findRecoveries(SERVERS, logRecords(text(FIGURE_14.slice(0, 5)), 0), []);
  expect(recovery).toMatchObject({ outcome: 'under way', virtualServer: null, times: { serverFunction_s: null, address_s: null } });
});

test('two failures of one target are two recoveries, and the medians are between them', () => {
  const later = FIGURE_14.map((line) => line.replace(' 13:43:16.31', ' 13:43:17.31').replace(' 13:', ' 14:'));
  const recoveries = findRecoveries(SERVERS, logRecords(text([...FIGURE_14, ...later]), 0), []);
  expect(recoveries.map((recovery) => recovery.times.serverFunction_s)).toEqual([4.05, 5.05]);
  expect(medianTimes(recoveries)).toMatchObject({ serverFunction_s: 4.55, resume_s: 0.52, faultToDetection_s: null });
});

test('server names with underscores are told apart', () => {
  const lines = [
    `2022-03-18 13:43:12.26 ${logLines.serviceProblemDetected('DBSS_a_b_c', 10, 'vsftpd')}`,
    `2022-03-18 13:43:14.34 ${logLines.serviceProblemReexamined('DBSS_a_b_c')}`,
  ];
  expect(findRecoveries(['a_b', 'c'], logRecords(text(lines), 0), [])).toMatchObject([{ target: 'a_b', manager: 'c', problem: 'service' }]);
});
