import { spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { BrokenError } from '../errors.ts';
import { parseAnsibleLine } from './ansible-events.ts';
import type { AnsibleEvent, HostCounts } from './ansible-events.ts';

export interface PlaybookRun {
  /** Top level of the checkout: ansible.cfg and ansible/ lie there. */
  readonly root: string;
  readonly inventory: string;
  /** File name in ansible/playbooks. */
  readonly playbook: string;
  readonly extraVars: Readonly<Record<string, unknown>>;
  readonly skipTags: readonly string[];
  /** Beside this process's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: AnsibleEvent) => void;
}

export interface PlaybookResult {
  readonly hosts: Readonly<Record<string, HostCounts>>;
  readonly failures: readonly Extract<AnsibleEvent, { kind: 'result' }>[];
  /** Why what Ansible said is not all in the log; the playbook ran all the same. */
  readonly logProblem: Error | undefined;
}

const STOP_PATIENCE_MS = 5_000;

/**
 * Run a playbook and tell its events as they come. What Ansible says is kept in `logFile`, whose directory must exist.
 *
 * @returns counts by host and the failed results; a failing task is no error of this function
 * @throws BrokenError when Ansible is missing or ends without having run the playbook
 */
export async function runPlaybook(run: PlaybookRun): Promise<PlaybookResult> {
  const log = createWriteStream(run.logFile, { mode: 0o600 });
  // A deployment is not broken off in the middle because nobody can write it down: that is told when it has ended.
  log.on('error', () => undefined);
  const args = ['-i', run.inventory, path.join(run.root, 'ansible', 'playbooks', run.playbook)];
  if (run.skipTags.length > 0) args.push('--skip-tags', run.skipTags.join(','));
  if (Object.keys(run.extraVars).length > 0) args.push('--extra-vars', JSON.stringify(run.extraVars));
  // A group of its own: Ctrl-C at the terminal comes once, from here, and its workers' ssh connections end with it.
  const child = spawn('ansible-playbook', args, {
    cwd: run.root,
    env: {
      ...process.env,
      ...run.environment,
      ANSIBLE_CONFIG: path.join(run.root, 'ansible.cfg'),
      ANSIBLE_STDOUT_CALLBACK: 'ansible.posix.jsonl',
      ANSIBLE_NOCOLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const stop = endWhenAborted(child.pid, run.signal);

  let hosts: Readonly<Record<string, HostCounts>> | undefined;
  const failures: Extract<AnsibleEvent, { kind: 'result' }>[] = [];
  let complaint = '';
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const events = parseAnsibleLine(line);
    if (events.length === 0 && !line.startsWith('{')) log.write(`${line}\n`);
    for (const event of events) {
      log.write(logLine(event));
      if (event.kind === 'stats') hosts = event.hosts;
      if (event.kind === 'result' && (event.outcome === 'failed' || event.outcome === 'unreachable')) failures.push(event);
      run.onEvent(event);
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
    log.write(chunk);
  });

  try {
    const code = await ended;
    const logProblem = await endOf(log);
    run.signal.throwIfAborted();
    if (hosts === undefined) throw new Error(complaint.trim() || `ansible-playbook ended with code ${String(code)}`);
    return { hosts, failures, logProblem };
  } catch (cause) {
    if (run.signal.aborted) throw new BrokenError('Ansible was interrupted', { cause, hint: 'Run the same command again: it continues.' });
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new BrokenError(`Ansible did not run ${run.playbook}`, {
      cause,
      hint: missing
        ? 'Install ansible (apt-get install ansible), then run the same command again.'
        : `Its whole output is in ${run.logFile}.`,
    });
  } finally {
    stop();
    await endOf(log);
  }
}

/** @returns why it could not be written */
async function endOf(log: WriteStream): Promise<Error | undefined> {
  log.end();
  return finished(log).then(
    () => undefined,
    (cause: unknown) => cause as Error,
  );
}

/** End the process group of `pid` when the signal is aborted: interrupt first, then kill. Returns how to stop watching. */
function endWhenAborted(pid: number | undefined, signal: AbortSignal): () => void {
  if (pid === undefined) return () => undefined;
  let patience: NodeJS.Timeout | undefined;
  const send = (kind: NodeJS.Signals): void => {
    try {
      process.kill(-pid, kind);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  const onAbort = (): void => {
    send('SIGTERM');
    patience = setTimeout(() => send('SIGKILL'), STOP_PATIENCE_MS);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(patience);
    signal.removeEventListener('abort', onAbort);
    // Workers may outlive the program that was asked to end.
    if (signal.aborted) send('SIGKILL');
  };
}

function logLine(event: AnsibleEvent): string {
  const time = new Date().toISOString();
  switch (event.kind) {
    case 'play':
      return `${time} PLAY ${event.play}\n`;
    case 'task':
      return `${time} TASK ${event.task}\n`;
    case 'result':
      return `${time}   ${event.outcome.padEnd(11)} ${event.host}${event.message === undefined ? '' : `: ${event.message}`}\n`;
    case 'stats':
      return `${time} STATS ${JSON.stringify(event.hosts)}\n`;
  }
}
