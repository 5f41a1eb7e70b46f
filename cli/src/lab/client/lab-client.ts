import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Service } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { BrokenError, UserError } from '../../errors.ts';
import { distFile } from '../../installation.ts';
import type { Inventory, Server } from '../../inventory/inventory.ts';
import { describeLab } from '../lab-machines.ts';
import { requireRoot } from '../lab-preflight.ts';
import { summarizeAccess, type AccessAttempt, type AccessSummary } from './access-log.ts';
import { readClientMeans } from './client-means.ts';
import type { ClientTask } from './client-task.ts';
import { attemptLimits, labClientWork } from './lab-client-work.ts';

export interface LabClientOptions {
  /** Name of the server whose virtual IP address is used; without it the first that serves FTP, else the first of the ring. */
  readonly server?: string | undefined;
  /** One of its daemons, to use this one alone; without it all that a client of the server uses together. */
  readonly daemon?: string | undefined;
  /** From the start of one attempt to the start of the next. */
  readonly interval_ms: number;
  /** For one whole attempt: connect, log in, read. Without it what the work takes. */
  readonly timeout_ms?: number | undefined;
  /** Without it until the signal. */
  readonly duration_ms?: number | undefined;
  /** Unix time modulo the interval at which attempts start; without it at once. */
  readonly phase_ms?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onAttempt?: (attempt: AccessAttempt) => void;
}

/**
 * Use a service from the lab's client as a user does, again and again, and tell when it was not served (§5.2).
 *
 * @returns what happened, when the duration is over or the signal aborted
 * @throws UserError when the lab is not up or there is no such server or daemon; BrokenError when the client program breaks
 */
export async function runLabClient(inventory: Inventory, options: LabClientOptions): Promise<AccessSummary> {
  requireRoot('dbssctl lab client');
  const namespace = `/run/netns/${describeLab(inventory).names.namespaces.client}`;
  if (!existsSync(namespace)) throw new UserError('the lab is not up', { hint: 'dbssctl lab up' });
  const task = await clientTask(inventory, options);
  const attempts: AccessAttempt[] = [];
  const child = spawn('nsenter', [`--net=${namespace}`, process.execPath, clientProgram()], { stdio: ['pipe', 'pipe', 'inherit'] });
  const stop = (): void => void child.stdin.end();
  options.signal?.addEventListener('abort', stop, { once: true });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (cause) => reject(new BrokenError('lab client: nsenter cannot be started', { cause })));
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new BrokenError(`lab client: the client program ended with ${signal ?? `exit code ${code}`}`));
    });
  });
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(task)}\n`);
  if (options.signal?.aborted === true) stop();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const attempt = JSON.parse(line) as AccessAttempt;
    attempts.push(attempt);
    options.onAttempt?.(attempt);
  });
  try {
    await ended;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
  return summarizeAccess(attempts);
}

async function clientTask(inventory: Inventory, options: LabClientOptions): Promise<ClientTask> {
  const server = findServer(inventory, options.server);
  const services = options.daemon === undefined ? server.services : [findService(server, options.daemon)];
  const work = labClientWork(inventory, server, services, await readClientMeans(inventory));
  const limits = attemptLimits(work);
  const whole_ms = options.timeout_ms ?? limits.whole_ms;
  return {
    work,
    interval_ms: options.interval_ms,
    limits: { whole_ms, connecting_ms: Math.min(whole_ms, limits.connecting_ms) },
    duration_ms: options.duration_ms,
    phase_ms: options.phase_ms,
  };
}

function findServer(inventory: Inventory, name: string | undefined): Server {
  const { servers } = inventory;
  const found =
    name === undefined
      ? (servers.find((server) => server.services.some((service) => service.probe === 'ftp')) ?? servers[0])
      : servers.find((server) => server.name === name);
  if (found !== undefined) return found;
  throw new UserError(`"${name ?? ''}" is not a server of this ring`, {
    hint: `its servers are ${servers.map((server) => server.name).join(', ')}`,
  });
}

function findService(server: Server, daemon: string): Service {
  const found = server.services.find((service) => service.daemon === daemon);
  if (found !== undefined) return found;
  const known = server.services.map((service) => service.daemon).join(', ');
  throw new UserError(`${server.name} has no daemon "${daemon}"`, { hint: `its daemons are ${known}` });
}

/** The bundled program beside the bundled dbssctl, the source beside the source. */
function clientProgram(): string {
  const source = path.join(import.meta.dirname, 'lab-client-main.ts');
  return existsSync(source) ? source : distFile('lab-client-main.js');
}
