import type { ExperimentConfiguration } from '../../../cli/src/experiment/configuration.ts';
import type { CharacteristicsRecord, FailureRecord } from '../../../cli/src/experiment/run-record.ts';
import { CONDITIONS, failureRecord, recoveryLog, SERVERS } from './made-record.ts';

export const CONFIGURATION: ExperimentConfiguration = {
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
export const LINKS = { raw: 'runs', figures: 'report', record: 'docs/record' };

/** Runs in which ftp failed and its client was served again so many seconds later. */
export function runs(method: string, backs_s: readonly number[]): readonly FailureRecord[] {
  return backs_s.map((back_s, index) => failureRecord([{ server: 'ftp', back_s }], { method, index: index + 1 }));
}

export const CHARACTERISTICS: CharacteristicsRecord = {
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
