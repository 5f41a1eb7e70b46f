/**
 * Writes something by a server's service as a client does, reads it again or removes it: `kept-main.ts INVENTORY SERVER write|keep-writing|read|remove [TOKEN…]`.
 * Runs in the network namespace of the lab's client, and says what came of it as lines of JSON (`kept-line.ts`). A client tries again when it was not served.
 * `keep-writing` goes on until Ctrl-C, and `remove` does what it can.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type TimeLimit, within } from '../../../agent/src/effects/service-check/time-limit.ts';
import { loadInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { readClientMeans } from '../../../cli/src/lab/client/client-means.ts';
import type { FoundItem, KeptItem } from './kept-line.ts';
import { keptWork } from './kept-work.ts';

const ATTEMPT_MS = 5_000;
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;
const LEAST_TRIES = 3;
/** Who writes all the time has little patience, so that an attempt at a server that is dead does not keep it from the next. */
const WRITING_ATTEMPT_MS = 3_000;
const WRITING_FILE_MS = 2_000;
const BETWEEN_WRITINGS_MS = 1_000;
/** A virtual mail server has enough to do with its other client. */
const BETWEEN_MAILS_MS = 2_000;
const REMOVAL_MS = 2_000;

const [path = '', name = '', action = '', ...tokens] = process.argv.slice(2);
const inventory = await loadInventory(path);
const server = inventory.servers.find((known) => known.name === name);
if (server === undefined) throw new Error(`there is no server ${name}`);
const work = keptWork(server, await readClientMeans(inventory));
const probe = server.services[0]?.probe;
const writing_ms = probe === 'ftp' ? WRITING_FILE_MS : WRITING_ATTEMPT_MS;
const between_ms = probe === 'smtp' ? BETWEEN_MAILS_MS : BETWEEN_WRITINGS_MS;
const ending = new AbortController();
const begun_ms = performance.now();

switch (action) {
  case 'write':
    await writeOne();
    break;
  case 'keep-writing':
    process.once('SIGINT', () => ending.abort());
    await keepWriting();
    break;
  case 'read':
    for (const token of tokens) say(await readAgain(token));
    break;
  case 'remove':
    // What is left over harms nobody, and why it is there is no question of this test.
    for (const token of tokens) await attempt(REMOVAL_MS, (limit) => work.remove(token, limit));
    break;
  default:
    throw new Error('kept-main.ts INVENTORY SERVER write|keep-writing|read|remove [TOKEN…]');
}

async function writeOne(): Promise<void> {
  for (;;) {
    const item = await write(ATTEMPT_MS);
    say(item);
    if (item.problem === null) return;
    if (isPatienceOver()) throw new Error(item.problem);
    await delay(PAUSE_MS);
  }
}

async function keepWriting(): Promise<void> {
  let owesReading = true;
  while (!ending.signal.aborted) {
    const item = await write(writing_ms);
    const isRead: boolean = item.problem === null && owesReading && (await isReadAgain(item));
    owesReading = item.problem !== null || (owesReading && !isRead);
    say({ ...item, readAgain_ms: isRead ? Date.now() : null });
    await delay(between_ms, undefined, { signal: ending.signal }).catch(() => undefined);
  }
}

async function write(whole_ms: number): Promise<KeptItem> {
  const token = randomUUID();
  const failure = await attempt(whole_ms, (limit) => work.write(token, limit));
  return { token, at_ms: Date.now(), problem: failure instanceof Error ? failure.message : null, readAgain_ms: null };
}

async function isReadAgain({ token }: KeptItem): Promise<boolean> {
  return typeof (await attempt(writing_ms, (limit) => work.read(token, limit))) === 'number';
}

/** Each has a few tries, also when the patience was needed for those before it. */
async function readAgain(token: string): Promise<FoundItem> {
  for (let tries = 1; ; tries += 1) {
    const copies = await attempt(ATTEMPT_MS, (limit) => work.read(token, limit));
    if (typeof copies === 'number') return { token, copies, problem: null };
    if (isPatienceOver() && tries >= LEAST_TRIES) return { token, copies: 0, problem: copies.message };
    await delay(PAUSE_MS);
  }
}

/** @returns what came of it, or why nothing did */
async function attempt<Result>(whole_ms: number, use: (limit: TimeLimit) => Promise<Result>): Promise<Result | Error> {
  try {
    return await within({ whole_ms, connecting_ms: 1_000 }, use);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isPatienceOver(): boolean {
  return performance.now() - begun_ms > PATIENCE_MS;
}

function say(line: KeptItem | FoundItem): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
