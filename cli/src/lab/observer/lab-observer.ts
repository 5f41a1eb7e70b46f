import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BrokenError, UserError } from '../../errors.ts';
import { standbyMac } from '../../generate/agent-configuration.ts';
import { distFile } from '../../installation.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { describeLab } from '../lab-machines.ts';
import { requireRoot } from '../lab-preflight.ts';
import type { Observation, ObserverSummary, ObserverTask } from './observation.ts';

export interface LabObserverOptions {
  readonly every_ms: number;
  readonly duration_ms: number;
  readonly signal?: AbortSignal | undefined;
  readonly onObservation?: (observation: Observation) => void;
}

/**
 * Look from outside who answers for each virtual address of a lab, on both networks, until the duration is over or the signal aborted.
 *
 * @throws UserError when the lab is not up; BrokenError when the observer breaks
 */
export async function observeLab(inventory: Inventory, options: LabObserverOptions): Promise<ObserverSummary> {
  requireRoot('dbssctl lab observe');
  const namespace = `/run/netns/${describeLab(inventory).names.namespaces.controller}`;
  if (!existsSync(namespace)) throw new UserError('the lab is not up', { hint: 'dbssctl lab up' });
  const child = spawn('nsenter', [`--net=${namespace}`, process.execPath, observerProgram()], { stdio: ['pipe', 'pipe', 'pipe'] });
  const stop = (): void => void child.stdin.end();
  options.signal?.addEventListener('abort', stop, { once: true });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = `${complaint}${text}`.slice(-2000)));
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (cause) => reject(new BrokenError('lab observe: nsenter cannot be started', { cause })));
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new BrokenError(`lab observe: the observer ended with ${signal ?? `exit code ${code}`}\n${complaint.trim()}`));
    });
  });
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(observerTask(inventory, options))}\n`);
  if (options.signal?.aborted === true) stop();
  let summary: ObserverSummary | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const observation = JSON.parse(line) as Observation;
    if (observation.kind === 'summary') summary = observation;
    options.onObservation?.(observation);
  });
  try {
    await ended;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
  if (summary === undefined) throw new BrokenError('lab observe: the observer ended without a summary');
  return summary;
}

/** What is to be looked at in this lab. A machine is known by the MAC addresses of its interfaces, a virtual server by that of its host's standby. */
function observerTask(inventory: Inventory, { every_ms, duration_ms }: Pick<LabObserverOptions, 'every_ms' | 'duration_ms'>): ObserverTask {
  const { lab, machines } = describeLab(inventory);
  const real = machines.flatMap(({ name, mac, semMac }) => [mac, semMac].map((each) => [each.toLowerCase(), name] as const));
  const virtual = inventory.servers.map(({ name }) => [standbyMac(inventory.cluster, name), `virtual server on ${name}`] as const);
  return {
    interfaces: ['service', 'sem'],
    source: lab.controller.serviceIp,
    targets: inventory.servers.map(({ name, virtualIp, services }) => ({ server: name, address: virtualIp, port: services[0]?.port ?? 0 })),
    machines: Object.fromEntries([...real, ...virtual]),
    every_ms,
    duration_ms,
  };
}

/** The bundled program beside the bundled dbssctl, the source beside the source. */
function observerProgram(): string {
  const source = path.join(import.meta.dirname, 'lab-observer-main.ts');
  return existsSync(source) ? source : distFile('lab-observer-main.js');
}
