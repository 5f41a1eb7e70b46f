import Table from 'cli-table3';
import { medianTimes } from './recoveries.ts';
import type { Recovery, RecoveryTimes } from './recoveries.ts';

/** Recoveries as a table for a person, all times in seconds, the medians last. */
export function renderRecoveries(recoveries: readonly Recovery[], silent: readonly string[]): string {
  const notes = silent.map((note) => `Not read: ${note}`);
  if (recoveries.length === 0) return ['No recovery is in the system logs.', ...notes].join('\n');
  const table = new Table({
    head: [
      'detected',
      'target',
      'manager',
      'problem',
      'virtual server',
      'fault to detection',
      'detection',
      'reexamination',
      'selection',
      'resume',
      'installation',
      'address',
      'server function',
      'target server',
    ].map((title) => title.replaceAll(' ', '\n')),
    style: { head: [], border: [], compact: true },
  });
  for (const recovery of recoveries) {
    const when = recovery.detected.slice(0, 19).replace('T', ' ');
    table.push([when, recovery.target, recovery.manager, recovery.problem, recovery.virtualServer ?? '-', ...cells(recovery.times)]);
  }
  if (recoveries.length > 1) table.push(['median', '', '', '', '', ...cells(medianTimes(recoveries))]);
  return ['Times in seconds; both recovery times count from the detection (Table 2).', table.toString(), ...notes].join('\n');
}

function cells(times: RecoveryTimes): readonly string[] {
  return [
    times.faultToDetection_s,
    times.detection_s,
    times.reexamination_s,
    times.selection_s,
    times.resume_s,
    times.installation_s,
    times.address_s,
    times.serverFunction_s,
    times.target_s,
  ].map((value) => (value === null ? '-' : value.toFixed(2)));
}
