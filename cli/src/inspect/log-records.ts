import { parseLogLine } from '@dbss/agent/protocol/log-lines.ts';
import type { ParsedLogLine } from '@dbss/agent/protocol/log-lines.ts';

/** A line of a system log by which a recovery is measured, with its time. */
export interface LogRecord extends ParsedLogLine {
  /** Unix time in milliseconds. */
  readonly time_ms: number;
}

const LINE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d\d) (?:__)?(.*)$/;

/**
 * Records of a system log, in its order. Lines that no recovery is measured by are left out.
 *
 * @param utcOffset_min by how much the log's local time is ahead of UTC
 */
export function logRecords(text: string, utcOffset_min: number): readonly LogRecord[] {
  return text.split('\n').flatMap((line) => {
    const [, date, clock, words] = LINE.exec(line) ?? [];
    const parsed = words === undefined ? undefined : parseLogLine(words);
    return parsed === undefined ? [] : [{ ...parsed, time_ms: Date.parse(`${date}T${clock}0Z`) - utcOffset_min * 60_000 }];
  });
}
