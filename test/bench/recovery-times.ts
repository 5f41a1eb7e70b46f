/**
 * `npm run bench:recovery -- [--runs N] [--fault network|service]`: fails ftp N times in a lab of its own and prints, as JSON, what each run's client
 * saw and the recovery times that `dbssctl ring recoveries` reads from the system logs, with their medians. The lab is removed afterwards.
 */
import { parseArgs } from 'node:util';
import { failAndReturn } from '../scenarios/fail-and-return.ts';
import { LabUnderTest } from '../scenarios/lab-under-test.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, fault: { type: 'string', default: 'network' } },
});
if (values.fault !== 'network' && values.fault !== 'service') throw new Error('--fault is network or service');
const { fault } = values;
const lab = new LabUnderTest('lab.yml');
try {
  await lab.mustRun('bootstrap', lab.inventory);
  const client: { heldBy: string; disconnection_s: number }[] = [];
  for (let run = 1; run <= Number(values.runs); run += 1) {
    // A server that fails so often is held back (decision 0217), unless an operator has repaired it.
    await lab.mustRun('ring', 'return', 'ftp');
    const { heldBy, outages_s } = await failAndReturn(lab, fault);
    client.push({ heldBy, disconnection_s: Math.round((outages_s[0] ?? 0) * 1000) / 1000 });
    process.stderr.write(`run ${String(run)}: ${heldBy}, ${(outages_s[0] ?? 0).toFixed(2)} s\n`);
  }
  const { stdout } = await lab.mustRun('ring', 'recoveries', '--json');
  const median_s = median(client.map(({ disconnection_s }) => disconnection_s));
  process.stdout.write(`${JSON.stringify({ fault, client, clientMedian_s: median_s, log: JSON.parse(stdout) }, null, 2)}\n`);
} finally {
  await lab.dbssctl('lab', 'down');
  lab.remove();
}

function median(values_s: readonly number[]): number {
  const sorted = [...values_s].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
