import { outagesOf, untilMiddleOfInterval } from '../fail-and-return.ts';
import { type LabUnderTest, pause } from '../lab-under-test.ts';
import { expectGeneratedFiles, untilManaged } from '../managed-ring.ts';
import { expect } from '../scenario.ts';
import type { ClientWorkCase } from './cases.ts';
import { keptBy } from './kept.ts';

/** What a client saw of one failure. */
export interface CaseSeen {
  /** First XX to the first OK after it, in seconds; and what the return cost, where it cost anything. */
  readonly outages_s: readonly number[];
  /** e.g. `ftpb@web2` */
  readonly heldBy: string;
  readonly written: string;
  readonly foundAgain: string;
}

const SERVED_LIMIT_S = 60;
/** 50 s until Wake-on-LAN, a boot, the return and a new standby; twice that on a machine that is busy. */
const RETURN_LIMIT_S = 300;
const FIRST_WORK_LIMIT_S = 30;
/** So many attempts of the client are looked at to see that it goes on being served. */
const SETTLED_S = 5;

/**
 * One server fails in the middle of the monitoring interval. Its client does its whole work every second: it must be able to again at the virtual server and at the
 * returned one, and what it wrote in between must be there.
 */
export async function runCase(lab: LabUnderTest, { server, fault, daemon }: ClientWorkCase): Promise<CaseSeen> {
  await untilManaged(lab, RETURN_LIMIT_S);
  await lab.mustRun('ring', 'return', server);
  const client = lab.start('lab', 'client', server);
  const kept = keptBy(lab, server);
  let log = '';
  try {
    await soon(client.outputMatches(/ OK\n/), FIRST_WORK_LIMIT_S, `the client of ${server} served before anything happens`);
    await untilMiddleOfInterval();
    if (fault === 'network') await lab.mustRun('lab', 'power', server, 'off');
    else await lab.exec(server, 'systemctl', 'disable', '--now', daemon);
    const heldBy = await untilHeld(lab, server, (holder) => holder.startsWith(`${server}b@`), SERVED_LIMIT_S);
    const written = (await kept.write()) ?? 'nothing';
    await expectHeldBy(lab, server, heldBy, 'while something is written');
    await soon(client.outputMatches(/ XX[^]* OK\n/), SERVED_LIMIT_S, `the client of ${server} served by ${heldBy}`);
    await expectHeldBy(lab, server, heldBy, 'when the client works again');
    await untilHeld(lab, server, (returned) => returned === server, RETURN_LIMIT_S);
    await untilManaged(lab, RETURN_LIMIT_S);
    const foundAgain = await kept.read();
    await pause(SETTLED_S * 1000);
    log = (await client.interrupt()).output;
    const last = log.match(/ (OK|XX)(?= |\n)/g)?.at(-1);
    expect(last === ' OK', `the client of ${server} served by the returned server`, log.slice(-500));
    await expectGeneratedFiles(lab);
    return { outages_s: outagesOf(log), heldBy, written, foundAgain };
  } catch (error) {
    if (log === '') log = (await client.interrupt()).output;
    process.stdout.write(`the client of ${server} saw:\n${log.split('\n').slice(-60).join('\n')}\n`);
    throw error;
  } finally {
    // The operator's business, as taking it out was.
    if (fault === 'service') await lab.dbssctl('lab', 'exec', server, '--', 'systemctl', 'enable', '--now', daemon);
  }
}

async function expectHeldBy(lab: LabUnderTest, server: string, wanted: string, when: string): Promise<void> {
  const { heldBy } = await lab.server(server);
  expect(heldBy === wanted, `that ${wanted} serves ${when}`, heldBy);
}

async function untilHeld(lab: LabUnderTest, server: string, accepted: (holder: string) => boolean, limit_s: number): Promise<string> {
  const holderIn = (servers: readonly { name: string; heldBy: string | null }[]): string =>
    servers.find(({ name }) => name === server)?.heldBy ?? '';
  const ring = await lab.untilRing(`the address of ${server} in the right hands`, ({ servers }) => accepted(holderIn(servers)), limit_s);
  return holderIn(ring.servers);
}

/** The same promise, which must be kept within a limit. */
async function soon(promise: Promise<void>, limit_s: number, wanted: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${String(limit_s)} s: ${wanted}`)), limit_s * 1000);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
