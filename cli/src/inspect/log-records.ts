import { parseLogLine } from '@dbss/agent/protocol/log-lines.ts';
import type { ParsedLogLine } from '@dbss/agent/protocol/log-lines.ts';

/** A line of a system log by which a recovery is measured, with its time. */
export interface LogRecord extends ParsedLogLine {
  /** Unix time in milliseconds. */
  readonly time_ms: number;
}

const LINE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d\d) (__)?(.*)$/;

/** A line of a system log with its time. */
export interface TimedLine {
  /** Unix time in milliseconds. */
  readonly time_ms: number;
  /** Without its time, and without the `__` of what the background job wrote. */
  readonly text: string;
  readonly background: boolean;
}

/**
 * Lines of a system log, in its order.
 *
 * @param utcOffset_min by how much the log's local time is ahead of UTC
 */
export function timedLines(text: string, utcOffset_min: number): readonly TimedLine[] {
  return text.split('\n').flatMap((line) => {
    const [, date, clock, mark, words] = LINE.exec(line) ?? [];
    if (words === undefined) return [];
    return [{ time_ms: Date.parse(`${date}T${clock}0Z`) - utcOffset_min * 60_000, text: words, background: mark !== undefined }];
  });
}

/** Those lines of a system log by which a recovery is measured. */
export function measuredRecords(lines: readonly TimedLine[]): readonly LogRecord[] {
  return lines.flatMap(({ text, time_ms }) => {
    const parsed = parseLogLine(text);
    return parsed === undefined ? [] : [{ ...parsed, time_ms }];
  });
}

/**
 * Records of a system log, in its order. Lines that no recovery is measured by are left out.
 *
 * @param utcOffset_min by how much the log's local time is ahead of UTC
 */
export function logRecords(text: string, utcOffset_min: number): readonly LogRecord[] {
  return measuredRecords(timedLines(text, utcOffset_min));
}
