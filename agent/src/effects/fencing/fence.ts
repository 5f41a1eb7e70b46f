import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FencingDevice } from '../../configuration/agent-configuration.ts';

/** How long one run of a fence agent may take, and all of it until the machine is seen to be off. */
const RUN_LIMIT_MS = 30_000;
const OFF_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 1_000;
/** What `action=status` of the fence agents ends with. */
const ON = 0;
const OFF = 2;
const LONGEST_COMPLAINT = 300;

/**
 * Switch a server off by its fencing device and look until it is off. Only what was seen counts: a device that says that it has switched off may lie.
 *
 * @throws Error in words, without the device's parameters, when the server is not known to be off
 */
export async function fence(device: FencingDevice | undefined, server: string): Promise<void> {
  if (device === undefined) throw new Error(`${server} has no fencing device (dbss_fencing)`);
  const off = await runAgent(device, 'off');
  if (off.code !== 0) throw new Error(`${device.agent} action=off: ${off.complaint}`);
  const end_ms = performance.now() + OFF_LIMIT_MS;
  for (;;) {
    const { code, complaint } = await runAgent(device, 'status');
    if (code === OFF) return;
    if (code !== ON) throw new Error(`${device.agent} action=status: ${complaint}`);
    if (performance.now() > end_ms)
      throw new Error(`${device.agent} says that ${server} is on ${String(OFF_LIMIT_MS / 1000)} s after action=off`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** The parameters go through standard input: a command line is seen by everybody on the machine. */
async function runAgent({ agent, parameters }: FencingDevice, action: 'off' | 'status'): Promise<{ code: number; complaint: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(agent, [], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    let complaint = '';
    const limit = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      reject(new Error(`${agent} action=${action} did not end within ${String(RUN_LIMIT_MS / 1000)} s`));
    }, RUN_LIMIT_MS);
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString('utf8')}`.slice(0, LONGEST_COMPLAINT);
    });
    child.once('error', (error) => {
      clearTimeout(limit);
      reject(new Error(`cannot run ${agent}: ${error.message}`));
    });
    child.once('close', (code) => {
      clearTimeout(limit);
      resolve({ code: code ?? -1, complaint: complaint.trim().replaceAll(/\s*\n\s*/g, '; ') || `exit code ${String(code)}` });
    });
    child.stdin.on('error', () => undefined);
    const lines = [...Object.entries(parameters), ['action', action]].map(([name, value]) => `${String(name)}=${String(value)}\n`);
    child.stdin.end(lines.join(''));
  });
}
