import { parseGroup } from '@dbss/agent/protocol/management-files/group.ts';
import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { AgentStatus } from '@dbss/agent/protocol/status.ts';

/**
 * What the file management server has to do (§3.2):
 * - `push`: nobody runs the management program: files, then the flag, to all servers;
 * - `leave`: the ring runs with these members: after the start only SEM changes its files, and it brings waiting servers back itself;
 * - `members-differ`: the ring runs with other members or other management data than the inventory now says.
 */
export type PushPlan =
  | { readonly kind: 'push' }
  | { readonly kind: 'leave'; readonly waiting: readonly string[] }
  | { readonly kind: 'members-differ'; readonly differences: readonly string[] };

/** @param statuses of all servers of the inventory, none missing */
export function planPush(generated: ManagementFiles, statuses: readonly AgentStatus[]): PushPlan {
  const running = statuses.filter((status) => status.executor === 'running');
  if (running.length === 0) return { kind: 'push' };
  const differences = running.flatMap((status) => describeDifferences(status.server, generated, status.files));
  if (differences.length > 0) return { kind: 'members-differ', differences };
  return { kind: 'leave', waiting: statuses.filter((status) => status.executor !== 'running').map((status) => status.server) };
}

function describeDifferences(server: string, generated: ManagementFiles, files: ManagementFiles | undefined): readonly string[] {
  if (files === undefined) return [];
  const wanted = members(generated);
  const found = members(files);
  const differences = [
    ...[...wanted].filter((record) => !found.has(record)).map((record) => `${server} does not know "${record}"`),
    ...[...found].filter((record) => !wanted.has(record)).map((record) => `${server} has "${record}", which the inventory has not`),
  ];
  for (const [name, text] of Object.entries(generated.data)) {
    if (files.data[name] !== undefined && files.data[name] !== text) differences.push(`${server} has another ${name}`);
  }
  return differences;
}

/** Records of the group and the separation file: who belongs to the ring, up or down. */
function members(files: ManagementFiles): ReadonlySet<string> {
  return new Set(
    [files.group, files.separation].flatMap(parseGroup).map((record) => `${String(record.number)} ${record.server} ${record.dataName}`),
  );
}
