import { reasonOf } from '../effects/reason-of.ts';
import { logLines } from '../protocol/log-lines.ts';
import { diagnose } from './diagnostics.ts';
import type { SystemLog } from './system-log.ts';

/**
 * What goes wrong with the standby without keeping anything from being done, told in the journal and in the system log: mail that is lost with a virtual server is
 * nobody's but the administrator's to know, and has to stand where its recovery stands.
 */
export function standbyTroublesToldIn(systemLog: Pick<SystemLog, 'write'>, unix_ms: () => number): (error: Error) => void {
  return (error) => {
    if (diagnose('warning', 'the standby', error)) systemLog.write(unix_ms(), false, logLines.standbyTrouble(reasonOf(error)));
  };
}
