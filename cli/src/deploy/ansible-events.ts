import { parseToldFailure } from './told-failure.ts';
import type { ToldFailure } from './told-failure.ts';

/** What Ansible tells while a playbook runs, one event a line of its `ansible.posix.jsonl` output. */
export type AnsibleEvent =
  | { readonly kind: 'play'; readonly play: string }
  | { readonly kind: 'task'; readonly task: string }
  | {
      readonly kind: 'result';
      readonly host: string;
      readonly task: string;
      readonly outcome: 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable';
      /** Why it failed, in one line. */
      readonly message: string | undefined;
      /** What a dbssctl that the task ran says of its failure beside the message. */
      readonly told?: Pick<ToldFailure, 'kind' | 'hint'> | undefined;
    }
  | { readonly kind: 'stats'; readonly hosts: Readonly<Record<string, HostCounts>> };

export interface HostCounts {
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
}

/** Events of one line; none for lines that are not of the callback or tell nothing new. */
export function parseAnsibleLine(line: string): readonly AnsibleEvent[] {
  if (!line.startsWith('{')) return [];
  const event = parseJson(line);
  const kind = event?._event;
  if (event === undefined || kind === undefined) return [];
  switch (kind) {
    case 'v2_playbook_on_play_start':
      return [{ kind: 'play', play: event.play?.name ?? '' }];
    case 'v2_playbook_on_task_start':
    case 'v2_playbook_on_handler_task_start':
      return [{ kind: 'task', task: event.task?.name ?? '' }];
    case 'v2_runner_on_ok':
    case 'v2_runner_on_failed':
    case 'v2_runner_on_unreachable':
    case 'v2_runner_on_skipped':
      return Object.entries(event.hosts ?? {}).map(([host, result]) => resultEvent(host, event.task?.name ?? '', kind, result));
    case 'v2_playbook_on_stats':
      return [
        { kind: 'stats', hosts: Object.fromEntries(Object.entries(event.stats ?? {}).map(([host, stats]) => [host, counts(stats)])) },
      ];
    default:
      return [];
  }
}

interface RawEvent {
  readonly _event?: string;
  readonly play?: { readonly name?: string };
  readonly task?: { readonly name?: string };
  readonly hosts?: Readonly<Record<string, RawResult>>;
  readonly stats?: Readonly<Record<string, RawStats>>;
}

interface RawResult {
  readonly changed?: boolean;
  readonly msg?: unknown;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly module_stderr?: string;
  readonly results?: readonly RawResult[];
  readonly failed?: boolean;
  readonly unreachable?: boolean;
}

interface RawStats {
  readonly ok?: number;
  readonly changed?: number;
  readonly failures?: number;
  readonly unreachable?: number;
}

function parseJson(line: string): RawEvent | undefined {
  try {
    return JSON.parse(line) as RawEvent;
  } catch (error) {
    // A line that begins with a brace and is no JSON is not the callback's: it stays in the log file.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function resultEvent(host: string, task: string, event: string, result: RawResult): AnsibleEvent {
  switch (event) {
    case 'v2_runner_on_failed':
      return { kind: 'result', host, task, outcome: 'failed', ...failure(result) };
    case 'v2_runner_on_unreachable':
      return { kind: 'result', host, task, outcome: 'unreachable', message: failure(result).message };
    case 'v2_runner_on_skipped':
      return { kind: 'result', host, task, outcome: 'skipped', message: undefined };
    default:
      return { kind: 'result', host, task, outcome: result.changed === true ? 'changed' : 'ok', message: undefined };
  }
}

/** Of a loop, what the failing item says. */
function failure(result: RawResult): { readonly message: string; readonly told?: Pick<ToldFailure, 'kind' | 'hint'> } {
  const item = result.results?.find((one) => one.failed === true || one.unreachable === true);
  if (item !== undefined) return failure(item);
  const told = parseToldFailure(result.stdout ?? '');
  if (told === undefined) return { message: failureMessage(result) };
  const message = inOneLine([told.message, ...told.causes.map((cause) => `because: ${cause}`)].join('\n'));
  return { message, told: { kind: told.kind, hint: told.hint } };
}

/** The module's message and what it wrote to standard error. */
function failureMessage(result: RawResult): string {
  const message = typeof result.msg === 'string' ? result.msg : JSON.stringify(result.msg ?? 'no message');
  const stderr = result.stderr ?? result.module_stderr ?? '';
  return inOneLine([message, ...(stderr === '' || message.includes(stderr.trim()) ? [] : [stderr])].join(': '));
}

function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' / ');
}

function counts(stats: RawStats): HostCounts {
  return { ok: stats.ok ?? 0, changed: stats.changed ?? 0, failed: stats.failures ?? 0, unreachable: stats.unreachable ?? 0 };
}
