import Table from 'cli-table3';
import type { ProceduresView, ProcedureView } from './procedures-view.ts';

/** Installation procedure files as text for a person: a table, and what should be known of them below. */
export function renderProcedures({ procedures, troubles }: ProceduresView): string {
  const table = new Table({
    head: ['server', 'version', 'captured', 'size', 'on', 'state'],
    style: { head: [], border: [], compact: true },
  });
  for (const view of procedures) {
    table.push([
      view.server,
      versionOf(view),
      view.captured === null ? '-' : new Date(view.captured).toLocaleString('en-GB'),
      view.bytes === null ? '-' : `${(view.bytes / 1024).toFixed(1)} KB`,
      placesOf(view),
      stateOf(view),
    ]);
  }
  const notes = [
    ...procedures.flatMap(notesOf),
    ...troubles.map(({ on, text }) => `${on} says: ${text}`),
    ...procedures.flatMap(({ unreachable }) => (unreachable === null ? [] : [`No answer: ${unreachable}`])),
  ];
  return [table.toString(), ...notes].join('\n');
}

/** Of a server that does not answer others have the captured file; where none of them has it, or none answers, there may be one all the same. */
function versionOf({ version, unreachable }: ProcedureView): string {
  if (version !== null) return String(version);
  return unreachable === null ? 'generated' : '-';
}

function placesOf({ version, on, missingOn }: ProcedureView): string {
  if (version === null) return '-';
  return missingOn.length === 0 ? `all ${on.length} that answer` : `${on.join(' ')}, not ${missingOn.join(' ')}`;
}

function stateOf({ unreachable, version, problem, differences, unread }: ProcedureView): string {
  if (unreachable !== null) return 'unknown';
  if (problem !== null) return 'cannot be captured';
  if (version === null) return unread.length > 0 ? 'not captured: not in use yet' : 'not captured yet';
  if (unread.length > 0) return 'changed, not in use yet';
  return differences.length > 0 ? 'changed' : 'as captured';
}

function notesOf({ server, version, problem, differences, unread, notices }: ProcedureView): readonly string[] {
  return [
    ...(version === null || differences.length === 0 ? [] : [`${server}: differs from its procedure: ${differences.join(', ')}`]),
    ...unread.map((text) => `${server}: ${text}`),
    ...(problem === null ? [] : [`${server}: not captured: ${problem}`]),
    ...notices.map((text) => `${server}: note: ${text}`),
  ];
}
