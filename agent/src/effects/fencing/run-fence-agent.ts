import { spawn } from 'node:child_process';
import type { FencingDevice } from '../../configuration/agent-configuration.ts';
import { killGroup } from '../process/kill-group.ts';

export type FenceAction = 'off' | 'status';

/** What an agent came to, in its own words, which may repeat what it was given. */
export interface FenceAgentResult {
  /** undefined: it was ended because its time was over, or by a signal. */
  readonly exit_code: number | undefined;
  readonly output: string;
}

const LARGEST_OUTPUT_CHARACTERS = 20_000;
/** Debian's agents lie there, where a service's PATH may not reach. */
const PATH = [process.env['PATH'], '/usr/sbin', '/sbin'].filter((entry) => entry !== undefined && entry !== '').join(':');

/**
 * Run a fence agent once, its parameters on its standard input. When the time is over it is killed with everything that it has started.
 *
 * @throws Error when it cannot be started
 */
export function runFenceAgent(device: FencingDevice, action: FenceAction, timeout_ms: number): Promise<FenceAgentResult> {
  return new Promise((resolve, reject) => {
    // A process group of its own, by which its children are reached.
    const child = spawn(device.agent, [], { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env: { ...process.env, PATH, LC_ALL: 'C' } });
    let output = '';
    const settle = (exit_code: number | undefined): void => {
      clearTimeout(deadline);
      resolve({ exit_code, output });
    };
    const deadline = setTimeout(() => {
      killGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      settle(undefined);
    }, timeout_ms);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(0, LARGEST_OUTPUT_CHARACTERS)));
    }
    child.once('error', (cause) => {
      clearTimeout(deadline);
      reject(new Error(`${device.agent} cannot be run: is the package fence-agents installed?`, { cause }));
    });
    // What it leaves behind would act later, and keep its outputs open.
    child.once('exit', () => killGroup(child.pid));
    child.once('close', (exit_code) => settle(exit_code ?? undefined));
    // An agent that does not read ends by itself or at its deadline.
    child.stdin.on('error', () => undefined);
    child.stdin.end(parametersOf(device, action));
  });
}

function parametersOf(device: FencingDevice, action: FenceAction): string {
  const lines = Object.entries({ ...device.parameters, action }).map(([name, value]) => `${name}=${value}`);
  return `${lines.join('\n')}\n`;
}
