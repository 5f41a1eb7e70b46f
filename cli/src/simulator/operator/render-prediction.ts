import Table from 'cli-table3';
import type { TimedFault } from '../fault.ts';
import { describeTimedFault } from '../describe-fault.ts';
import type { Prediction } from './simulate.ts';

/** A prediction as tables for a person: first what clients see, then how the ring got there. */
export function renderPrediction(faults: readonly TimedFault[], { outages, recoveries, violations, ended_s }: Prediction): string {
  const lines = faults.map((fault) => `${describeTimedFault(fault).replace(/^a/, 'A')}.`);
  lines.push('', 'Without service (seconds from the beginning of the interval):');
  if (outages.length === 0) lines.push('no server, at no time.');
  else {
    const seen = tableOf(['server', 'from', 'for', 'then served by']);
    for (const { server, from_s, duration_s, servedBy } of outages)
      seen.push([
        server,
        from_s.toFixed(2),
        duration_s === null ? `until the end (${ended_s.toFixed(0)})` : duration_s.toFixed(2),
        servedBy ?? '-',
      ]);
    lines.push(seen.toString());
  }
  if (recoveries.length > 0) {
    lines.push('', 'Recoveries (durations in seconds, both last columns as above):');
    const steps = tableOf([
      'target',
      'manager',
      'virtual server',
      'detection',
      're-examination',
      'creation',
      'address',
      'detected',
      'returned',
    ]);
    for (const { target, manager, virtualServer, detected_s, returned_s, times } of recoveries) {
      const { detection_s, reexamination_s, resume_s, installation_s, address_s } = times;
      const creation_s = resume_s === null || installation_s === null ? null : resume_s + installation_s;
      const durations = [detection_s, reexamination_s, creation_s, address_s, detected_s, returned_s];
      steps.push([target, manager, virtualServer ?? '-', ...durations.map((value) => value?.toFixed(2) ?? '-')]);
    }
    lines.push(steps.toString());
  }
  lines.push('');
  if (violations.length === 0) lines.push(`After ${ended_s.toFixed(0)} s everything is as it was.`);
  else lines.push('What should not be:', ...violations.map((what) => `  ${what}`));
  return lines.join('\n');
}

function tableOf(head: readonly string[]): Table.Table {
  return new Table({ head: [...head], style: { head: [], border: [], compact: true } });
}
