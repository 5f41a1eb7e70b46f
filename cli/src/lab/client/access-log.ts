/** One attempt of the client to use a service. Times are Unix times in milliseconds. */
export interface AccessAttempt {
  readonly started_ms: number;
  readonly ended_ms: number;
  readonly ok: boolean;
  /** What was wrong. */
  readonly problem?: string;
}

/** A stretch of time in which the client was not served. */
export interface Disconnection {
  /** Start of the first attempt that failed. */
  readonly from_ms: number;
  /** End of the first attempt after it that succeeded; null when there was none yet. */
  readonly to_ms: number | null;
  readonly failedAttempts: number;
  /** What was wrong with the first. */
  readonly problem: string;
}

export interface AccessSummary {
  readonly attempts: number;
  readonly failed: number;
  readonly disconnections: readonly Disconnection[];
  /** Sum of all disconnections: the client's access disconnection time (§5.2). One that did not end counts up to the last attempt. */
  readonly disconnected_ms: number;
}

/**
 * A line of the client access log (§5.2): the time with hundredths, and OK or XX. An XX has the time at which its attempt began, an OK the
 * time at which it was served, so that first XX to first OK is never shorter than what the client suffered.
 */
export function accessLogLine(attempt: AccessAttempt): string {
  const time = clockTime(attempt.ok ? attempt.ended_ms : attempt.started_ms);
  return attempt.ok ? `${time} OK` : `${time} XX ${attempt.problem ?? ''}`.trimEnd();
}

/** The disconnections in a client's attempts, which are in the order of time. */
export function summarizeAccess(attempts: readonly AccessAttempt[]): AccessSummary {
  const disconnections: Disconnection[] = [];
  let current: Disconnection | undefined;
  for (const attempt of attempts) {
    if (!attempt.ok) {
      current ??= { from_ms: attempt.started_ms, to_ms: null, failedAttempts: 0, problem: attempt.problem ?? '' };
      current = { ...current, failedAttempts: current.failedAttempts + 1 };
    } else if (current !== undefined) {
      disconnections.push({ ...current, to_ms: attempt.ended_ms });
      current = undefined;
    }
  }
  if (current !== undefined) disconnections.push(current);
  return {
    attempts: attempts.length,
    failed: attempts.filter((attempt) => !attempt.ok).length,
    disconnections,
    disconnected_ms: disconnections.reduce((sum, { from_ms, to_ms }) => sum + (to_ms ?? attempts.at(-1)?.ended_ms ?? from_ms) - from_ms, 0),
  };
}

/** The summary as lines for a person, the last with the access disconnection time. */
export function describeAccess(summary: AccessSummary): readonly string[] {
  const lines = summary.disconnections.map(({ from_ms, to_ms, failedAttempts, problem }) =>
    to_ms === null
      ? `not served since ${clockTime(from_ms)} (${failedAttempts} attempts failed, the first: ${problem})`
      : `not served from ${clockTime(from_ms)} to ${clockTime(to_ms)}: ${seconds(to_ms - from_ms)} (${failedAttempts} attempts failed, the first: ${problem})`,
  );
  const served = `${summary.attempts - summary.failed} of ${summary.attempts} attempts served`;
  const atLeast = summary.disconnections.at(-1)?.to_ms === null ? 'at least ' : '';
  return [...lines, `${served}; access disconnection time ${atLeast}${seconds(summary.disconnected_ms)}`];
}

/** Local time of day with hundredths, as the paper's logs have it: 13:43:06.36. */
export function clockTime(time_ms: number): string {
  const date = new Date(Math.floor(time_ms / 10) * 10);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${two(date.getMilliseconds() / 10)}`;
}

function seconds(duration_ms: number): string {
  return `${(duration_ms / 1000).toFixed(2)} s`;
}
