import { expect, test } from '@jest/globals';
import { logLines } from '@dbss/agent/protocol/log-lines.ts';
import { targetsOf, troublesOfRun } from '../../../cli/src/experiment/measure-run.ts';
import { failureRecord, logged, recoveryLog } from './made-record.ts';

test('a run whose manager failed too has the return that another manager logged', () => {
  const returned = logged('login', 40, logLines.targetRecovered('DBSS_ftp_login', '198.18.0.112', 'ftp'));
  const record = failureRecord([{ server: 'ftp' }], { log: [...recoveryLog('ftp', 'mail').slice(0, 6), returned] });
  expect(targetsOf(record)[0]?.recovery).toMatchObject({ manager: 'mail', outcome: 'target recovered', times: { target_s: 32.74 } });
  expect(troublesOfRun(record)).toEqual([]);
});
