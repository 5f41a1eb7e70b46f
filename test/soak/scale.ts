/**
 * `npm run scale -- --servers 10,100,1000`: what a ring of N servers costs each of them per interval, and how long it takes to detect a failure and to
 * recover the function. Profile `paper`. Bytes are those of the messages as JSON, without TLS and TCP; CPU is the protocol's alone, on this machine.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { measureRing, type RingCost } from './measure-ring.ts';

/** A ring whose simulation would take longer is not tried. */
const LONGEST_S = 900;
/** So many intervals are simulated of each ring. */
const INTERVALS = 5;

const { values } = parseArgs({ options: { servers: { type: 'string', default: '10,100,1000' } } });
os.setPriority(os.constants.priority.PRIORITY_LOW);
const table = new Table({
  head: ['servers', 'examinations', 'messages', 'KB sent', 'CPU ms', 'detection s', 'recovered s', 'simulated in s'],
  style: { head: [], border: [], compact: true },
});
let last: { readonly servers: number; readonly cost: RingCost } | undefined;
const tooLarge: string[] = [];
for (const servers of values.servers.split(',').map(Number)) {
  const expected_s = last === undefined ? 0 : last.cost.took_s * (servers / last.servers) ** 3;
  if (expected_s > LONGEST_S) {
    tooLarge.push(whyNot(servers, expected_s));
    continue;
  }
  const cost = measureRing(servers);
  last = { servers, cost };
  const { examinations, messages, bytes, cpu_ms, detected_s, recovered_s, took_s } = cost;
  const cells = [examinations.toFixed(1), messages.toFixed(1), (bytes / 1000).toFixed(1), cpu_ms.toFixed(2)];
  table.push([servers, ...cells, detected_s.toFixed(2), recovered_s.toFixed(2), took_s.toFixed(1)]);
}
process.stdout.write(`Per server and interval of 10 s; the failure comes at 5.00 s of one.\n${table.toString()}\n`);
for (const line of tooLarge) process.stdout.write(`${line}\n`);

/** Each server tells every other one its heartbeat, and each heartbeat is put into a file of N lines. */
function whyNot(servers: number, expected_s: number): string {
  const messages = 2 * servers * (servers - 1);
  return `${String(servers)} servers do not fit: ${messages.toExponential(1)} messages an interval, and each heartbeat goes through a file of ${String(servers)} lines: about ${(expected_s / 3600).toFixed(0)} hours here for ${String(INTERVALS)} intervals.`;
}
