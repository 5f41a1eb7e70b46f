import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import type { StatePaths } from '../inventory/state-paths.ts';
import { outdatedStandbys, readBootstrapRecord, writeBootstrapRecord } from './bootstrap-record.ts';
import { prepareStandbys } from './standbys.ts';
import type { SeenStandby, StandbyAgents } from './standbys.ts';

/** Under emulation all standbys of a lab are restored at once on few cores. */
const STANDBY_LIMIT_MS = 420_000;
const EVERY_MS = 1_000;

export interface StandbyPreparation {
  readonly paths: Pick<StatePaths, 'bootstrap' | 'originalServer'>;
  readonly servers: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: string) => void;
  readonly limit_ms?: number;
  readonly every_ms?: number;
}

/**
 * See to it that each server has a suspended standby of the original server that lies here, and record which ones are of it: also when
 * some do not come in time or the work is broken off, so that the next time goes on instead of beginning again.
 *
 * @returns servers whose standby now is of it, without those that serve
 * @throws BrokenError naming the servers without one and what to do
 */
export async function prepareRecordedStandbys(client: StandbyAgents, preparation: StandbyPreparation): Promise<readonly string[]> {
  const { paths, servers, signal, onProgress, limit_ms = STANDBY_LIMIT_MS, every_ms = EVERY_MS } = preparation;
  const record = await readBootstrapRecord(paths.bootstrap);
  const image = await presentImage(paths);
  const made = new Set<string>();
  try {
    const ready = await prepareStandbys(client, {
      servers,
      outdated: outdatedStandbys(record, servers, image),
      limit_ms,
      every_ms,
      signal,
      onProgress: (seen) => onProgress(describeStandbys(seen)),
      onMade: (server) => made.add(server),
    });
    for (const server of ready) made.add(server);
    return ready;
  } finally {
    const standbys = { ...record.standbys, ...Object.fromEntries([...made].map((server) => [server, image])) };
    await writeBootstrapRecord(paths.bootstrap, { ...record, standbys });
  }
}

export interface RenewedStandbys {
  /** Servers whose standby was made anew. */
  readonly renewed: readonly string[];
  /** Servers whose standby is a virtual server now: it is of the older one until its target is back. */
  readonly serving: readonly string[];
}

/**
 * After a deployment: make the standbys anew that are recorded as made from another original server than the one that lies here now. A ring has captured only
 * what differs from the new one. One after the other, so that a ring that runs never lacks all of them. Servers of which nothing is recorded were not
 * bootstrapped and are not asked.
 *
 * @throws BrokenError naming each server whose standby did not come in time; the others are recorded
 */
export async function renewStandbys(client: StandbyAgents, preparation: StandbyPreparation): Promise<RenewedStandbys> {
  const { paths, servers } = preparation;
  const record = await readBootstrapRecord(paths.bootstrap);
  if (!servers.some((server) => record.standbys[server] !== undefined)) return { renewed: [], serving: [] };
  const outdated = [...outdatedStandbys(record, servers, await presentImage(paths))];
  const older = outdated.filter(([, why]) => why === 'older').map(([server]) => server);
  const renewed: string[] = [];
  const failures: BrokenError[] = [];
  for (const server of older) {
    try {
      renewed.push(...(await prepareRecordedStandbys(client, { ...preparation, servers: [server] })));
    } catch (error) {
      // One server that cannot make its own is no reason to leave the older ones on all others.
      if (!(error instanceof BrokenError)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first !== undefined) {
    const hint = first.hint ?? 'run the same command again';
    throw new BrokenError(failures.map(({ message }) => message).join('\n'), { cause: first, hint });
  }
  return { renewed, serving: older.filter((server) => !renewed.includes(server)) };
}

async function presentImage(paths: Pick<StatePaths, 'originalServer'>): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path.join(paths.originalServer, 'image.json')))
    .digest('hex');
}

/** `4 suspended, 2 resetting` */
function describeStandbys(seen: ReadonlyMap<string, SeenStandby>): string {
  const counts = new Map<SeenStandby, number>();
  for (const state of seen.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}
