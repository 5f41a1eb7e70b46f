import { setTimeout as delay } from 'node:timers/promises';
import { BrokenError } from '../errors.ts';
import { measuredRecords } from '../inspect/log-records.ts';
import { findDetections, findRecoveries } from '../inspect/recoveries.ts';
import { readLabEvents } from '../lab/lab-events.ts';
import { AccessClients } from './access-clients.ts';
import { doFault } from './do-fault.ts';
import type { ExperimentCase } from './experiments.ts';
import { measureTargets, troublesIn } from './measure-targets.ts';
import { nextMoment } from './moment.ts';
import type { RingOfLab } from './ring-of-lab.ts';
import type { FailureRecord, FaultDone } from './run-record.ts';
import type { RunIdentity } from './schedule.ts';

/** From here the log is read: a clock of a server may be a little behind. */
const BEFORE_THE_FAULT_MS = 3_000;
/** The clients are served meanwhile, and nothing is done in a hurry. */
const LEAD_MS = 2_000;
/** A failure that takes effect later than this after its moment was not placed there. */
const MISPLACED_MS = 250;
/** Services that take longer to stop were not down when they were to be. */
const SLOWEST_STOP_MS = 3_000;
/** How long a client may wait before it counts as not served again. */
const SERVED_LIMIT_MS = 120_000;
/** So that the clients see what comes right after the return. */
const AFTERWARDS_MS = 2_000;

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
 * Let servers fail as the paper does, and watch until every server is managed, holds its address and has its standby suspended.
 *
 * @throws BrokenError when the ring is not normal beforehand, AbortError when the signal is aborted
 */
export async function runFailure(ring: RingOfLab, run: FailureRun, { signal, say }: RunOptions): Promise<FailureRecord> {
  const begun = new Date();
  const started_ms = performance.now();
  const { inventory } = ring;
  const { faults: planned, name } = run.plan;
  const servers = planned.map(({ server }) => server);
  say('waiting until the ring is normal');
  await requireNormal(ring, signal);
  await ring.forgetFailures(servers);
  const clients = new AccessClients(inventory, servers);
  try {
    const unserved = await clients.untilServed(signal);
    if (unserved.length > 0) throw new BrokenError(`the clients of ${unserved.join(', ')} are not served although the ring is normal`);
    const at_ms = nextMoment(Date.now(), inventory.timing.interval_ms, run.planned_ms, LEAD_MS);
    await delay(at_ms - Date.now(), undefined, { signal });
    const faults = await Promise.all(planned.map((fault) => doFault(inventory, fault)));
    say(`${servers.join(', ')} failed; waiting until served again`);
    const lost = await clients.untilServedAgain(at_ms, SERVED_LIMIT_MS, signal);
    say(lost.length === 0 ? 'served again; waiting for the return' : `${lost.join(', ')} not served again; waiting for the return`);
    const abnormal = await ring.untilNormal(normalLimit_ms(ring), signal);
    await delay(AFTERWARDS_MS, undefined, { signal });
    const access = await clients.stop();
    const { lines, notRead } = await ring.logSince(at_ms - BEFORE_THE_FAULT_MS);
    const names = inventory.servers.map((server) => server.name);
    const events = readLabEvents(inventory).filter(({ time_ms }) => time_ms >= at_ms - MISPLACED_MS);
    const records = measuredRecords(lines);
    const seen = { faults, recoveries: findRecoveries(names, records, events), detections: findDetections(names, records), access };
    const targets = measureTargets(seen);
    return {
      format: 1,
      kind: 'failure',
      case: name,
      method: run.method,
      index: run.index,
      begun: begun.toISOString(),
      duration_s: Math.round((performance.now() - started_ms) / 1000),
      planned_ms: run.planned_ms,
      faults,
      targets,
      troubles: [
        ...troublesIn(seen, targets),
        ...notRead,
        ...(abnormal.length === 0
          ? []
          : [`not normal ${normalLimit_ms(ring) / 1000} s after the clients were served: ${abnormal.join('; ')}`]),
      ],
      void: misplaced(faults, at_ms),
      log: lines,
      access,
    };
  } finally {
    await clients.stop().catch((error: unknown) => say(`a client broke: ${String(error)}`));
  }
}

/** @throws BrokenError that says what is not normal */
export async function requireNormal(ring: RingOfLab, signal: AbortSignal): Promise<void> {
  const abnormal = await ring.untilNormal(normalLimit_ms(ring), signal);
  if (abnormal.length === 0) return;
  throw new BrokenError(`the ring is not normal, so nothing can be measured\n  ${abnormal.join('\n  ')}`, {
    hint: 'dbssctl ring show and dbssctl log say more; when it is repaired the same command goes on',
  });
}

/** A machine that was too busy to act in time measures something else. */
function misplaced(faults: readonly FaultDone[], at_ms: number): string | null {
  const late = faults.flatMap((fault) => {
    const effect_ms = fault.cut_ms ?? fault.at_ms;
    if (Math.abs(fault.at_ms - at_ms) > MISPLACED_MS || effect_ms - at_ms > MISPLACED_MS)
      return [`${fault.server} failed ${((effect_ms - at_ms) / 1000).toFixed(2)} s after the planned moment`];
    const took_ms = fault.done_ms - fault.at_ms;
    return fault.problem === 'St' && took_ms > SLOWEST_STOP_MS
      ? [`the services of ${fault.server} took ${(took_ms / 1000).toFixed(2)} s to stop`]
      : [];
  });
  return late.length === 0 ? null : late.join(', ');
}
