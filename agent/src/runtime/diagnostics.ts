import { writeSync } from 'node:fs';
import { reasonOf } from '../effects/reason-of.ts';

/** Priorities of syslog that the journal reads from the head of a line (sd-daemon(3)). */
const PRIORITY = { error: '<3>', warning: '<4>', information: '<6>' } as const;
export type Severity = keyof typeof PRIORITY;

/** The same trouble again within this time is not told again. */
const REPEAT_AFTER_MS = 60_000;
const MOST_REMEMBERED = 256;
const told = new Map<string, number>();

/**
 * The agent's own troubles, for whoever looks after it: one line each on standard error, which systemd gives to the journal. What the
 * ring does goes to the system log instead.
 *
 * @returns whether it was told: false for what has just been told already
 */
export function diagnose(severity: Severity, text: string, cause?: unknown): boolean {
  const line = cause === undefined ? text : `${text}: ${reasonOf(cause)}`;
  const now_ms = performance.now();
  if (severity === 'warning' && now_ms - (told.get(line) ?? -Infinity) < REPEAT_AFTER_MS) return false;
  if (told.size >= MOST_REMEMBERED) told.clear();
  told.set(line, now_ms);
  tell(severity, line);
  return true;
}

function tell(severity: Severity, line: string): void {
  try {
    writeSync(2, `${PRIORITY[severity]}${line.replaceAll(/\s*\n\s*/g, ' ')}\n`);
  } catch {
    // Standard error is closed: there is nobody left to tell.
  }
}

/** An error with its stack and those of its causes, for a failure that should not have happened. */
export function diagnoseFatal(error: unknown): void {
  diagnose('error', 'fatal', error);
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    for (const line of (cause.stack ?? '').split('\n')) tell('error', line);
  }
}
