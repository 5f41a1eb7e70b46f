import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program in a namespace that takes JSON lines and answers each by its number. */
export interface Driver {
  /** Run a command there. Rejects with the error's words. */
  readonly ask: (command: string, ...args: unknown[]) => Promise<unknown>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** End it as a power cut would, and wait until it is gone. */
  readonly kill: () => Promise<void>;
  /** Lines that it wrote to standard error. */
  readonly complaints: string[];
}

/** Start `test/integration/drivers/<name>.ts` in a namespace and wait until it is ready. */
export async function startDriver(namespace: string, name: string, ...args: string[]): Promise<Driver> {
  const program = fileURLToPath(new URL(`../drivers/${name}.ts`, import.meta.url));
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let asked = 0;
  const expectAnswer = (): Promise<unknown> => {
    const id = asked;
    asked += 1;
    return new Promise((resolve, reject) => open.set(id, { resolve, reject }));
  };
  const ready = expectAnswer();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as { id: number; value?: unknown; error?: string };
    const waiting = open.get(answer.id);
    open.delete(answer.id);
    if (answer.error === undefined) waiting?.resolve(answer.value);
    else waiting?.reject(new Error(answer.error));
  });
  child.once('exit', () => {
    for (const waiting of open.values()) waiting.reject(new Error(`the driver ended: ${complaints.join(' ')}`));
    open.clear();
  });
  await ready;
  return {
    ask: (command, ...commandArgs) => {
      const id = asked;
      const answer = expectAnswer();
      child.stdin.write(`${JSON.stringify({ id, command, args: commandArgs })}\n`);
      return answer;
    },
    signal: (signal) => child.kill(signal),
    kill: () => killed(child),
    complaints,
  };
}

export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
