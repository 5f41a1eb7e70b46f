import { dbssName } from '@dbss/agent/protocol/dbss/dbss-state.ts';
import type { LogRecord } from './log-records.ts';

/** What a manager logged of its target, in the order of time. */
export function recordsOf(records: readonly LogRecord[], target: string, manager: string): readonly LogRecord[] {
  const name = dbssName(target, manager);
  return records.filter((record) => record.dbss === name).sort((a, b) => a.time_ms - b.time_ms);
}

/**
 * A manager that left the recovery to another one has none, unless it recovers the function after all. With priority 2 a manager only waits, unless it acts in the
 * place of the other manager in the end: the virtual server may have served already.
 */
export function isLeftToAnother(episode: readonly LogRecord[]): boolean {
  if (has(episode, 'functionRecovered')) return false;
  return has(episode, 'leftToManager') || (has(episode, 'awaitsFirstManager') && !has(episode, 'targetRecovered'));
}

/**
 * Detected, and neither found again nor recovered: the target was normal, or the finding was in doubt. What follows in the log of one that was found normal belongs
 * to another manager's recovery.
 */
export function isUnconfirmed(episode: readonly LogRecord[]): boolean {
  if (has(episode, 'networkProblemReexamined', 'serviceProblemReexamined')) return false;
  return (
    has(episode, 'normalByReexamination', 'otherOpinion', 'ownNetworkInDoubt', 'storageInDoubt') ||
    !has(episode, 'creationStarted', 'creationCompleted', 'functionRecovered', 'targetRecovered')
  );
}

function has(episode: readonly LogRecord[], ...kinds: readonly LogRecord['kind'][]): boolean {
  return episode.some(({ kind }) => kinds.includes(kind));
}

/** A recovery that is taken up this long after the manager's own detection, of which it knows the end, is that of a later failure. */
const LONGEST_HANDOVER_MS = 120_000;

/** Each detection begins a new episode. What a manager takes up of a later failure, which another one detected, belongs to none of its own. */
export function episodes(records: readonly LogRecord[]): readonly (readonly LogRecord[])[] {
  const found: LogRecord[][] = [];
  let current: LogRecord[] | undefined;
  for (const record of records) {
    if (isDetection(record)) {
      current = [record];
      found.push(current);
    } else if (current !== undefined && isOfLaterFailure(record, current)) current = undefined;
    else current?.push(record);
  }
  return found;
}

function isOfLaterFailure({ kind, time_ms }: LogRecord, episode: readonly LogRecord[]): boolean {
  const began_ms = episode[0]?.time_ms ?? time_ms;
  return kind === 'recoveryResumed' && time_ms - began_ms > LONGEST_HANDOVER_MS && has(episode, 'leftToManager', 'targetRecovered');
}

/** The line with which an episode begins. */
export function isDetection(record: LogRecord): boolean {
  return record.kind === 'networkProblemDetected' || record.kind === 'serviceProblemDetected';
}
