import { ScriptsNotRun } from '../effects/service-check/scripts-not-run.ts';
import { logLines } from '../protocol/log-lines.ts';
import type { SystemLog } from './system-log.ts';

/** The scripts that cannot be run on a server, told in its system log: where it tells what it finds stands also what it cannot find. */
export function scriptsToldIn(systemLog: Pick<SystemLog, 'write'>, self: string, unix_ms: () => number): ScriptsNotRun {
  const tell = (text: string): void => systemLog.write(unix_ms(), false, text);
  return new ScriptsNotRun({
    begins: (script, reason) => tell(logLines.scriptNotRun(self, script, reason)),
    ends: (script) => tell(logLines.scriptRun(self, script)),
  });
}
