import type { Context } from '../context.ts';
import { parseGroup } from '../management-files/group.ts';
import { MANAGEMENT_FILE_NAMES, type ManagementFiles } from '../management-files/management-files.ts';
import { noteMembers } from '../monitoring/heartbeat-ages.ts';

/** Replace the management files here, in the state and on the memory disk; what did not change is not written. */
export function putFilesInForce(context: Context, files: ManagementFiles): void {
  writeDifferences(context, context.state.files, files);
  takeFilesAsTheyLie(context, files);
}

/** Management files that lie on the memory disk already. */
export function takeFilesAsTheyLie(context: Context, files: ManagementFiles): void {
  const groupBefore = context.state.files?.group;
  context.state.files = files;
  if (files.group === groupBefore) return;
  noteMembers(context, files);
  dropEditsForSeparated(context, files);
}

/** Write what is in force over what lies on the memory disk. */
export function writeDifferences(context: Context, lying: ManagementFiles | undefined, files: ManagementFiles): void {
  for (const name of MANAGEMENT_FILE_NAMES) {
    if (lying?.[name] !== files[name]) context.emit({ kind: 'write-file', name, content: files[name] });
  }
  if (lying?.data === files.data) return;
  for (const [name, content] of Object.entries(files.data)) {
    if (lying?.data[name] !== content) context.emit({ kind: 'write-file', name: `data/${name}`, content });
  }
}

/** A separated server gets whole files when it returns: edits from before would be old by then. */
function dropEditsForSeparated(context: Context, files: ManagementFiles): void {
  const { queues } = context.state.outbox;
  const waiting = Object.keys(queues).filter((server) => (queues[server]?.length ?? 0) > 0);
  if (waiting.length === 0) return;
  const members = new Set(parseGroup(files.group).map((record) => record.server));
  for (const server of waiting) if (!members.has(server)) queues[server] = [];
}
