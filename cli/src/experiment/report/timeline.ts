import { measuredRecords } from '../../inspect/log-records.ts';
import type { LogRecord } from '../../inspect/log-records.ts';
import { problemInWords } from '../experiments.ts';
import { targetsOf } from '../measure-run.ts';
import { disconnectionsOf } from '../measure-targets.ts';
import type { FailureRecord, MeasuredTarget, ServerLogLine } from '../run-record.ts';

/** One run as Fig. 14 shows it. All times are seconds after the failure of the first server. */
export interface Timeline {
  readonly title: string;
  readonly servers: readonly ServerTimeline[];
}

/** One failed server: what its manager's system log tells above, its client's access log below. */
export interface ServerTimeline {
  readonly server: string;
  /** What happened to it, who recovered it where. */
  readonly caption: string;
  readonly events: readonly TimelineEvent[];
  readonly attempts: readonly { readonly from_s: number; readonly to_s: number; readonly ok: boolean }[];
  /** Durations that the experiment is about, each from and to. */
  readonly spans: readonly TimelineSpan[];
  readonly disconnection: TimelineSpan | undefined;
}

export interface TimelineEvent {
  readonly at_s: number;
  readonly text: string;
  readonly kind: 'fault' | 'foreground' | 'background';
}

export interface TimelineSpan {
  readonly from_s: number;
  readonly to_s: number;
  readonly text: string;
}

/** The lines of the log that are shown, each once, in short words; a creation that was begun on another host as well is another line. */
const SHOWN: Partial<Record<LogRecord['kind'], (record: LogRecord) => string>> = {
  networkProblemDetected: () => 'network problem detected',
  serviceProblemDetected: () => 'service problem detected',
  networkProblemReexamined: () => 'reexamined: abnormal',
  serviceProblemReexamined: () => 'reexamined: abnormal',
  recoveryJobStarted: () => 'recovery job started',
  creationStarted: ({ fields: [virtualServer = '', host = ''] }) => `creation started: ${virtualServer}@${host}`,
  creationCompleted: () => 'creation completed',
  functionRecovered: () => 'address set: function recovered',
  restartAccepted: () => 'target server restarts',
  stopCondition: () => 'stop condition: Wake-on-LAN',
  startedNormally: () => 'started normally: up.file',
  notRecovered: () => 'not recovered: down.file',
  targetRecovered: () => 'target server recovered',
  filesSent: () => 'management files sent',
  flagSent: () => 'flag file sent',
};

/** @param title of the figure */
export function timelineOf(record: FailureRecord, title: string): Timeline {
  const zero_ms = Math.min(...record.faults.map(({ at_ms }) => at_ms));
  return { title, servers: targetsOf(record).map((target) => serverTimeline(record, target, zero_ms)) };
}

function serverTimeline(record: FailureRecord, target: MeasuredTarget, zero_ms: number): ServerTimeline {
  const { server, problem, recovery } = target;
  const seconds = (time_ms: number): number => (time_ms - zero_ms) / 1000;
  const fault = record.faults.find((one) => one.server === server);
  const fault_ms = fault?.at_ms ?? zero_ms;
  const attempts = record.access[server] ?? [];
  const felt = fault === undefined ? undefined : disconnectionsOf(fault, attempts)[0];
  const detected_s = recovery === null ? 0 : seconds(Date.parse(recovery.detected));
  const span = (duration_s: number | null | undefined, what: string): readonly TimelineSpan[] =>
    duration_s === null || duration_s === undefined
      ? []
      : [{ from_s: detected_s, to_s: detected_s + duration_s, text: `${what} ${duration_s.toFixed(2)} s` }];
  const by =
    recovery === null ? 'no recovery in any log' : `managed by ${recovery.manager}, recovered on ${recovery.virtualServer ?? 'no host'}`;
  return {
    server,
    caption: `${problemInWords(problem)}; ${by}`,
    events: [
      { at_s: seconds(fault_ms), text: problemInWords(problem), kind: 'fault' },
      ...(recovery === null ? [] : shownLines(record.log, `DBSS_${server}_${recovery.manager}`, recovery.manager)).map(
        ({ line, text }) => ({
          at_s: seconds(line.time_ms),
          text: line.background ? `__ ${text}` : text,
          kind: line.background ? ('background' as const) : ('foreground' as const),
        }),
      ),
    ],
    attempts: attempts.map(({ started_ms, ended_ms, ok }) => ({ from_s: seconds(started_ms), to_s: seconds(ended_ms), ok })),
    spans: [
      ...span(recovery?.times.serverFunction_s, 'recovery of the server function'),
      ...span(recovery?.times.target_s, 'recovery of the target server'),
    ],
    disconnection:
      felt === undefined || felt.to_ms === null
        ? undefined
        : {
            from_s: seconds(felt.from_ms),
            to_s: seconds(felt.to_ms),
            text: `access disconnection ${((felt.to_ms - felt.from_ms) / 1000).toFixed(2)} s`,
          },
  };
}

function shownLines(
  log: readonly ServerLogLine[],
  dbss: string,
  manager: string,
): readonly { readonly line: ServerLogLine; readonly text: string }[] {
  const seen = new Set<string>();
  return log.flatMap((line) => {
    const [parsed] = line.server === manager ? measuredRecords([line]) : [];
    const words = parsed?.dbss === dbss ? SHOWN[parsed.kind]?.(parsed) : undefined;
    if (parsed === undefined || words === undefined || seen.has(words)) return [];
    seen.add(words);
    return [{ line, text: words }];
  });
}
