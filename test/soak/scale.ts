/**
 * `npm run scale -- --servers 10,100,1000`: what a ring of N servers costs each of them per interval, and how long it takes to detect a failure and to
 * recover the function. Profile `paper`. Bytes are those of the messages as JSON, without TLS and TCP; CPU is the protocol's alone, on this machine,
 * whatever else runs there.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { measureRing, type RingCost } from './measure-ring.ts';

/** A ring whose simulation would take longer is not tried. */
const LONGEST_S = 900;
/** The time that a simulation takes grows by this power of N: so many heartbeats, and a little more for each in a longer file. */
const GROWTH = 2.2;
/** Memory of one heartbeat that is under way: its call, its time limit and its answer. */
const BYTES_UNDER_WAY = 600;

const { values } = parseArgs({ options: { servers: { type: 'string', default: '10,100,1000' } } });
os.setPriority(os.constants.priority.PRIORITY_LOW);
const HEAD = ['servers', 'examinations', 'messages', 'KB sent', 'CPU ms', 'detection s', 'recovered s', 'simulated in CPU s'];
const rows: string[][] = [];
let last: { readonly servers: number; readonly cost: RingCost } | undefined;
const tooLarge: string[] = [];
for (const servers of values.servers.split(',').map(Number)) {
  const expected_s = last === undefined ? undefined : last.cost.took_s * (servers / last.servers) ** GROWTH;
  if ((expected_s ?? 0) > LONGEST_S || bytesUnderWay(servers) > os.freemem() / 2) {
    tooLarge.push(whyNot(servers, expected_s));
    continue;
  }
  const cost = measureRing(servers);
  last = { servers, cost };
  const { examinations, messages, bytes, cpu_ms, detected_s, recovered_s, took_s } = cost;
  const cells = [examinations.toFixed(1), messages.toFixed(1), (bytes / 1000).toFixed(1), cpu_ms.toFixed(2)];
  rows.push([String(servers), ...cells, detected_s.toFixed(2), recovered_s.toFixed(2), took_s.toFixed(1)]);
}
const lines = [HEAD, ...rows].map((row) => row.map((cell, index) => cell.padStart(HEAD[index]?.length ?? 0)).join('  '));
for (const line of ['Per server and interval of 10 s; the failure comes at 5.00 s of one.', ...lines, ...tooLarge])
  process.stdout.write(`${line}\n`);

/** Each server tells every other one its heartbeat at the same moment of the interval. */
function heartbeatsUnderWay(servers: number): number {
  return servers * (servers - 1);
}

function bytesUnderWay(servers: number): number {
  return heartbeatsUnderWay(servers) * BYTES_UNDER_WAY;
}

/** @param expected_s how long the simulation would take; undefined where no smaller ring tells */
function whyNot(servers: number, expected_s: number | undefined): string {
  const heartbeats = heartbeatsUnderWay(servers).toExponential(1);
  const duration = expected_s === undefined ? '' : `, and about ${(expected_s / 3600).toFixed(1)} hours on this machine`;
  return `${String(servers)} servers do not fit: ${heartbeats} heartbeats under way at once, about ${(bytesUnderWay(servers) / 1e9).toFixed(0)} GB${duration}.`;
}
