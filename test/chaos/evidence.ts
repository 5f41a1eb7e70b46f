import type { Observation } from '../../cli/src/lab/observer/observation.ts';
import { parseLogLine } from '../../agent/src/protocol/log-lines.ts';
import type { SystemLogs } from '../scenarios/system-logs.ts';
import type { FaultReport } from './report.ts';

/** Shorter times without an answer are a lost packet or a change of hands that no client feels. */
const NOTED_MS = 100;

/** What the observer saw between two moments, in Unix time. An address that is still unreachable counts up to the end. */
export function seenBetween(
  observations: readonly Observation[],
  from_ms: number,
  to_ms: number,
): Pick<FaultReport, 'unreachable_s' | 'doubles'> {
  const unreachable_s: Record<string, number> = {};
  const doubles = new Map<string, { readonly server: string; readonly by: readonly string[]; rounds: number }>();
  for (const seen of observations) {
    if (seen.kind === 'unreachable') {
      const lasted_ms = Math.min(seen.to_ms ?? to_ms, to_ms) - Math.max(seen.from_ms, from_ms);
      if (lasted_ms >= NOTED_MS) unreachable_s[seen.server] = (unreachable_s[seen.server] ?? 0) + lasted_ms / 1000;
    } else if (seen.kind === 'double' && seen.at_ms >= from_ms && seen.at_ms < to_ms) {
      const by = [...seen.by].sort();
      const key = `${seen.server} ${by.join()}`;
      doubles.set(key, { server: seen.server, by, rounds: (doubles.get(key)?.rounds ?? 0) + 1 });
    }
  }
  return { unreachable_s, doubles: [...doubles.values()] };
}

/**
 * Virtual servers whose creation the managers' system logs tell, and those of them whose target was healthy.
 * @param mayBeTakenOver servers that the fault befell
 */
export function takeoversIn(logs: SystemLogs, mayBeTakenOver: readonly string[]): Pick<FaultReport, 'takeovers' | 'wrongTakeovers'> {
  const started = [...logs].flatMap(([manager, lines]) =>
    lines.flatMap(({ at, text }) => {
      const line = parseLogLine(text.replace(/^__/, ''));
      if (line?.kind !== 'creationStarted') return [];
      const [virtualServer = '', host = ''] = line.fields;
      return [{ at, takeover: `${virtualServer}@${host}`, target: targetOf(line.dbss, manager) }];
    }),
  );
  started.sort((a, b) => a.at.localeCompare(b.at));
  return {
    takeovers: started.map(({ takeover }) => takeover),
    wrongTakeovers: started.filter(({ target }) => !mayBeTakenOver.includes(target)).map(({ takeover }) => takeover),
  };
}

/** `DBSS_ftp_mail` of mail is about ftp. */
function targetOf(dbss: string, manager: string): string {
  return dbss.slice('DBSS_'.length, -`_${manager}`.length);
}
