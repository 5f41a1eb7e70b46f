import { Clients, disconnectionsSince, servedBetween } from '../clients.ts';
import { untilMiddleOfInterval } from '../fail-and-return.ts';
import type { LabUnderTest } from '../lab-under-test.ts';
import { expectGeneratedFiles, untilHeldBy, untilManaged } from '../managed-ring.ts';
import { expect } from '../scenario.ts';
import { type VirtualService, virtualServiceOf } from '../virtual-service.ts';
import { expectOneAnswer, expectReachable, type Watched, watched } from '../watched.ts';
import type { ClientWorkCase } from './cases.ts';
import { acknowledgedSince, expectWrittenMeanwhile, KeptWriter } from './kept-writer.ts';
import { expectFound, isWrittenTo, type Kept, keptBy } from './kept.ts';
import type { KeptItem } from './kept-line.ts';

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
/** So often the client has to do its whole work at the virtual server. */
const SERVED_THERE = 3;
/** So often, one time after the other, at the server when it has returned. */
const SERVED_AFTERWARDS = 5;
/** The return costs a client an attempt or two of up to three seconds, and on a busy machine some more; it is no second failure. */
const RETURN_GAP_LIMIT_S = 15;
/** An attempt to write may take three seconds, and one may fail. */
const SHORTLY_BEFORE_MS = 10_000;

interface Moments {
  failed_ms: number;
  heldBy: string;
  items: readonly KeptItem[];
}

/**
 * One server fails in the middle of the monitoring interval. Its client does its whole work every second: it must be able to again at the virtual server and at the
 * returned one, and what it wrote in between must be there. Who serves is what an observer sees, not what the agents say.
 */
export async function runCase(lab: LabUnderTest, tried: ClientWorkCase): Promise<CaseSeen> {
  const { server, fault, daemon } = tried;
  await untilManaged(lab, RETURN_LIMIT_S);
  await lab.mustRun('ring', 'return', server);
  const kept = keptBy(lab, server);
  const clients = await Clients.of(lab, [server]);
  const moments: Moments = { failed_ms: 0, heldBy: '', items: [] };
  try {
    const seen = await watched(lab, async () => failAndReturn(lab, tried, { clients, kept, moments }));
    expectOneAnswer(seen);
    expectReachable(seen, [server]);
    const foundAgain = await findAgain(lab, tried, kept, moments);
    await expectGeneratedFiles(lab);
    return { ...expectServed(clients, seen, server, moments), foundAgain };
  } catch (error) {
    process.stdout.write(`${clients.log()}\n`);
    throw error;
  } finally {
    await clients.stop();
    // The operator's business, as taking it out was.
    if (fault === 'service') await lab.dbssctl('lab', 'exec', server, '--', 'systemctl', 'enable', '--now', daemon);
  }
}

interface AtWork {
  readonly clients: Clients;
  readonly kept: Kept;
  readonly moments: Moments;
}

/** All that is to be observed. What is written is written by whoever serves, from before the failure until after the return. */
async function failAndReturn(
  lab: LabUnderTest,
  { server, fault, daemon }: ClientWorkCase,
  { clients, kept, moments }: AtWork,
): Promise<void> {
  const writer = isWrittenTo(server) ? new KeptWriter(lab, server) : undefined;
  try {
    await writer?.writes();
    await untilMiddleOfInterval();
    moments.failed_ms = Date.now();
    if (fault === 'network') await lab.mustRun('lab', 'power', server, 'off');
    else await lab.exec(server, 'systemctl', 'disable', '--now', daemon);
    // From now on only the virtual server can show the changed page.
    const [heldBy, page] = await Promise.all([
      untilHeldBy(lab, server, new RegExp(`^${server}b@`), SERVED_LIMIT_S),
      writer === undefined ? kept.write() : undefined,
    ]);
    moments.heldBy = heldBy;
    await untilHeldBy(lab, server, new RegExp(`^${server}$`), RETURN_LIMIT_S);
    await untilManaged(lab, RETURN_LIMIT_S);
    moments.items = (await writer?.stop()) ?? (page === undefined ? [] : [page]);
    await clients.untilServed([server], Date.now(), { inARow: SERVED_AFTERWARDS, limit_s: SERVED_LIMIT_S });
  } catch (error) {
    // It would go on writing for ever.
    await writer?.stop().catch(() => undefined);
    throw error;
  }
}

/** Nothing that was acknowledged since the failure is lost. @returns what was found, in words */
async function findAgain(lab: LabUnderTest, { server, fault, daemon }: ClientWorkCase, kept: Kept, moments: Moments): Promise<string> {
  const { items } = moments;
  // Whoever returned the server started its daemon; no operator has.
  if (fault === 'service') await lab.exec(server, 'systemctl', 'is-active', daemon);
  const acknowledged = acknowledgedSince(items, moments.failed_ms);
  if (acknowledged.length === 0) return 'nothing to lose';
  const words = expectFound(acknowledged, await kept.read(acknowledged));
  await kept.remove(items);
  return words;
}

/** The client was served by the virtual server and by the returned one, and nothing was written in vain. */
function expectServed(
  clients: Clients,
  seen: Watched,
  server: string,
  { failed_ms, heldBy, items }: Moments,
): Omit<CaseSeen, 'foundAgain'> {
  const service = virtualServiceOf(seen, server);
  expect(heldBy === `${server}b@${service.host}`, `that ${heldBy}, as the agents say, is who answers`, service);
  const attempts = clients.attemptsOf(server);
  const there = servedBetween(attempts, service.from_ms, service.until_ms);
  expect(there.length >= SERVED_THERE, `the whole work done ${String(SERVED_THERE)} times at ${heldBy}`, {
    done: there.length,
    served_s: (service.until_ms - service.from_ms) / 1000,
  });
  const outages_s = disconnectionsSince(attempts, failed_ms).map(({ from_ms, to_ms }) => ((to_ms ?? Infinity) - from_ms) / 1000);
  const [first, ...later] = outages_s;
  expect(first !== undefined, 'an outage at the client: otherwise nothing was tested');
  expect(first < SERVED_LIMIT_S, `an access disconnection time below ${String(SERVED_LIMIT_S)} s`, first);
  const longest = Math.max(0, ...later);
  expect(longest < RETURN_GAP_LIMIT_S, `no later outage of ${String(RETURN_GAP_LIMIT_S)} s`, outages_s);
  return { outages_s, heldBy, written: written(items, service, server) };
}

function written(items: readonly KeptItem[], service: VirtualService, server: string): string {
  if (isWrittenTo(server)) return expectWrittenMeanwhile(items, service, SHORTLY_BEFORE_MS);
  const [page] = items;
  if (page === undefined) return 'nothing';
  expect((page.readAgain_ms ?? Infinity) <= service.until_ms, 'the changed page read at the virtual server', { page, service });
  return 'a page';
}
