import { type LabUnderTest, pause } from './lab-under-test.ts';
import { untilManaged } from './managed-ring.ts';
import { clockOf, type SystemLogs, systemLogsSince } from './system-logs.ts';

const INTERVAL_MS = 10_000;
const CLIENT_INTERVAL_MS = 200;
/** 50 s until Wake-on-LAN, a boot, and the return; the paper's return took 82 s. */
const RETURN_LIMIT_S = 200;

/** The problems of Table 2: Nt, the plug is pulled; St, the service stops for good: a restart of the server does not bring it back. */
export type Fault = 'network' | 'service';

export interface FailureSeen {
  /** `ftpb@web2`: who held the address meanwhile. */
  readonly heldBy: string;
  /** Access disconnection times at the client in seconds, in their order: the failure first, then what the return cost. */
  readonly outages_s: readonly number[];
  /** What the servers' system logs say since just before the fault. */
  readonly logs: SystemLogs;
}

/**
 * One failure of ftp, placed at the middle of the monitoring interval as in §5.2, watched by a client until ftp holds its address again and every
 * server is managed.
 */
export async function failAndReturn(lab: LabUnderTest, fault: Fault): Promise<FailureSeen> {
  await untilManaged(lab, 120);
  const from = await clockOf(lab, 'ftp');
  const client = lab.start('lab', 'client', 'ftp', '--interval-ms', String(CLIENT_INTERVAL_MS));
  let log = '';
  let heldBy = '';
  try {
    await untilMiddleOfInterval();
    if (fault === 'network') await lab.mustRun('lab', 'power', 'ftp', 'off');
    else await lab.exec('ftp', 'systemctl', 'disable', '--now', 'vsftpd');
    const taken = await lab.untilRing(
      'a virtual server holds ftp’s address',
      ({ servers }) => servers.some(({ name, heldBy: holder }) => name === 'ftp' && /^ftpb@/.test(holder ?? '')),
      30,
    );
    heldBy = taken.servers.find(({ name }) => name === 'ftp')?.heldBy ?? '';
    await lab.untilRing(
      'ftp holds its address',
      ({ servers }) => servers.some(({ name, heldBy: holder }) => name === 'ftp' && holder === 'ftp'),
      RETURN_LIMIT_S,
    );
    await untilManaged(lab, 120);
    await pause(2000);
  } finally {
    log = (await client.interrupt()).output;
  }
  return { heldBy, outages_s: outagesOf(log), logs: await systemLogsSince(lab, from) };
}

/** A client that has got through a while before, and commands that take a moment, so that the fault itself falls in the middle. */
export async function untilMiddleOfInterval(): Promise<void> {
  await untilMomentOfInterval(INTERVAL_MS / 2);
}

/** So long after the beginning of a monitoring interval, of the next one where that would be at once. */
export async function untilMomentOfInterval(moment_ms: number): Promise<void> {
  const left_ms = (INTERVAL_MS + moment_ms - (Date.now() % INTERVAL_MS)) % INTERVAL_MS;
  await pause(left_ms < 3000 ? left_ms + INTERVAL_MS : left_ms);
}

/** Access disconnection times from the client access log: from an XX to the next OK (§5.2). */
function outagesOf(log: string): number[] {
  const entries = [...log.matchAll(/(\d\d):(\d\d):(\d\d\.\d\d) (OK|XX)/g)].map(([, hour, minute, second, state]) => ({
    at_s: Number(hour) * 3600 + Number(minute) * 60 + Number(second),
    ok: state === 'OK',
  }));
  const outages: number[] = [];
  let from: number | undefined;
  for (const { at_s, ok } of entries) {
    if (!ok) from ??= at_s;
    else if (from !== undefined) {
      outages.push((at_s - from + 86_400) % 86_400);
      from = undefined;
    }
  }
  return outages;
}
