import { setTimeout as delay } from 'node:timers/promises';
import { BrokenError } from '../errors.ts';
import { readLabEvents } from '../lab/lab-events.ts';
import { ACCESS_INTERVAL_MS, AccessClients } from './access-clients.ts';
import { doFaults } from './do-fault.ts';
import type { ExperimentCase } from './experiments.ts';
import { KeepGoing } from './keep-going.ts';
import { targetsOf } from './measure-run.ts';
import { machineLoad } from './machine-load.ts';
import { clientPhase_ms, nextMoment } from './moment.ts';
import type { RingOfLab } from './ring-of-lab.ts';
import { presentConditions } from './run-conditions.ts';
import type { FailureRecord } from './run-record.ts';
import type { RunIdentity } from './schedule.ts';
import { whyVoid } from './why-void.ts';

/** From here the log is read: a clock of a server may be a little behind. */
const BEFORE_THE_FAULT_MS = 3_000;
/** Nothing is done in a hurry. */
const LEAD_MS = 500;
/** Moments for which a client may not be served, one after the other. */
const MOST_MOMENTS = 6;
/** How long a client may wait before it counts as not served again. */
const SERVED_LIMIT_MS = 120_000;

export interface FailureRun extends RunIdentity {
  readonly plan: ExperimentCase;
  /** Where in the interval the failure is placed. */
  readonly planned_ms: number;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Told of each step in a few words. */
  readonly say: (step: string) => void;
}

/** How long a ring may take to be normal again: two waits for a restart with their boots, returns one after another, standbys made anew. */
export function normalLimit_ms({ inventory: { timing } }: Pick<RingOfLab, 'inventory'>): number {
  return 4 * timing.restart_wait_ms + 20 * timing.interval_ms;
}

/**
 * Let servers fail as the paper does, and watch until every server is managed, holds its address and has its standby suspended. What breaks when they have failed
 * does not end the run: it stands in the record.
 *
 * @throws BrokenError when something breaks before they fail, AbortError when the signal is aborted
 */
export async function runFailure(ring: RingOfLab, run: FailureRun, { signal, say }: RunOptions): Promise<FailureRecord> {
  const begun = new Date();
  const started_ms = performance.now();
  const { inventory } = ring;
  const { faults: planned, name } = run.plan;
  const servers = planned.map(({ server }) => server);
  const conditions = await presentConditions(inventory);
  const load = [machineLoad('begin')];
  const clients = new AccessClients(inventory, servers, clientPhase_ms(run.index, run.planned_ms, ACCESS_INTERVAL_MS));
  try {
    if (!ring.isSettled) say('waiting until the ring is normal');
    await requireNormal(ring, signal);
    await ring.forgetFailures(servers);
    const due_ms = await untilMoment(clients, { interval_ms: inventory.timing.interval_ms, planned_ms: run.planned_ms, signal });
    const { faults, failed, troubles } = await doFaults(inventory, planned);
    load.push(machineLoad('failed'));
    say(`${servers.join(', ')} failed; waiting until served again`);
    const going = new KeepGoing(signal);
    const lost = await going.through('waiting for the clients', () => clients.untilServedAgain(faults, SERVED_LIMIT_MS, signal), servers);
    load.push(machineLoad('served again'));
    say(lost.length === 0 ? 'served again; waiting for the return' : `${lost.join(', ')} not served again; waiting for the return`);
    // What nobody has detected yet looks normal.
    if (going.troubles.length > 0) await delay(2 * inventory.timing.interval_ms, undefined, { signal });
    const limit_ms = normalLimit_ms(ring);
    const abnormal = await going.through('waiting for the return', () => ring.untilNormal(limit_ms, signal), []);
    load.push(machineLoad('end'));
    const { access, broken } = await clients.stop();
    const from_ms = due_ms - BEFORE_THE_FAULT_MS;
    const { lines, notRead } = await ring.logSince(from_ms);
    const noted = async (): Promise<FailureRecord['events']> => readLabEvents(inventory).filter(({ time_ms }) => time_ms >= from_ms);
    const observed = {
      faults,
      servers: inventory.servers.map((server) => server.name),
      events: await going.through("reading the lab's events", noted, []),
      log: lines,
      access,
    };
    const brokenClients = Object.keys(broken);
    return {
      format: 2,
      kind: 'failure',
      case: name,
      method: run.method,
      index: run.index,
      begun: begun.toISOString(),
      duration_s: Math.round((performance.now() - started_ms) / 1000),
      conditions,
      planned_ms: run.planned_ms,
      troubles: [
        ...troubles,
        ...going.troubles,
        ...brokenClients.map((server) => `the client of ${server} broke: ${broken[server] ?? ''}`),
        ...notRead.map(({ server, problem }) => `the log of ${server} was not read: ${problem}`),
        ...(abnormal.length === 0 ? [] : [`not normal ${limit_ms / 1000} s after the clients were served: ${abnormal.join('; ')}`]),
      ],
      void: whyVoid({ planned, due_ms, faults, failed, targets: targetsOf(observed), notRead, brokenClients }),
      ...observed,
      load,
    };
  } finally {
    await clients.stop();
  }
}

/**
 * Wait until all has been normal for an interval, unless that was so when a run ended and still is.
 * @throws BrokenError that says what is not normal
 */
async function requireNormal(ring: RingOfLab, signal: AbortSignal): Promise<void> {
  if (ring.isSettled && (await ring.abnormalities()).length === 0) return;
  const abnormal = await ring.untilNormal(normalLimit_ms(ring), signal);
  if (abnormal.length > 0) throw notNormal(abnormal);
}

/** What keeps a run from beginning. */
export function notNormal(abnormal: readonly string[]): BrokenError {
  return new BrokenError(`the ring is not normal, so nothing can be measured\n  ${abnormal.join('\n  ')}`, {
    hint: 'dbssctl ring show and dbssctl log say more; when it is repaired the same command goes on',
  });
}

/**
 * Wait for the moment of the failure, just before which each client was served several times in a row.
 *
 * @returns that moment
 * @throws BrokenError when the clients are not served
 */
async function untilMoment(
  clients: AccessClients,
  { interval_ms, planned_ms, signal }: { readonly interval_ms: number; readonly planned_ms: number; readonly signal: AbortSignal },
): Promise<number> {
  for (let moments = 0; moments < MOST_MOMENTS; moments += 1) {
    const unserved = await clients.untilServed(signal);
    if (unserved.length > 0) throw new BrokenError(`the clients of ${unserved.join(', ')} are not served although the ring is normal`);
    const due_ms = nextMoment(Date.now(), interval_ms, planned_ms, LEAD_MS);
    await delay(due_ms - Date.now(), undefined, { signal });
    if (clients.areServed()) return due_ms;
  }
  throw new BrokenError('the clients are not always served although the ring is normal');
}
