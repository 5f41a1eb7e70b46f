import type { Context } from '../context.ts';
import { emptyRecord } from '../empty-record.ts';
import { parseGroup } from '../management-files/group.ts';
import { MANAGEMENT_FILE_NAMES, type ManagementFiles } from '../management-files/management-files.ts';
import { operationFromGroup } from '../management-files/operation.ts';
import { noteMembers } from '../monitoring/heartbeat-ages.ts';
import { digestOf } from './digest.ts';
import { writeCopy } from './local-copy.ts';
import { renderFiles } from './render-files.ts';
import { mergeRecords, newestEpoch, type SharedRecord, type SharedRecords } from './shared-records.ts';
import { formatVersions, recordsWithVersions } from './versions-file.ts';

/** Records that another server's edit or exchange brings. True when they were news; then the files say so, in the state and on the memory disk. */
export function takeRecords(context: Context, coming: readonly SharedRecord[]): boolean {
  const { sem, files } = context.state;
  if (files === undefined) return false;
  const merged = mergeRecords(sem.records, coming);
  if (merged === sem.records) return false;
  putFilesInForce(context, renderFiles(merged, files, context.state.configuration), merged);
  if (context.state.executor.phase === 'running') writeCopy(context);
  return true;
}

/** Replace the management files here, in the state and on the memory disk; what did not change is not written. */
export function putFilesInForce(context: Context, files: ManagementFiles, records: SharedRecords): void {
  writeDifferences(context, context.state.files, files);
  if (context.state.sem.records !== records) context.emit({ kind: 'write-file', name: 'versions', content: formatVersions(records) });
  takeFiles(context, files, records);
}

/**
 * Management files that lie on the memory disk already, with the versions of their records. The operation file is made anew from the group file: the agent may have been
 * restarted with another method.
 */
export function takeFilesAsTheyLie(context: Context, lying: ManagementFiles, versions: string | undefined): void {
  const files = { ...lying, operation: operationFromGroup(lying.group, context.state.configuration) };
  writeDifferences(context, lying, files);
  takeFiles(context, files, recordsWithVersions(files, versions));
}

/** No management files are in force here any more. */
export function dropFiles(context: Context): void {
  const { state } = context;
  state.files = undefined;
  Object.assign(state.sem, { records: emptyRecord<SharedRecord>(), digest: '', heartbeats: emptyRecord<number>() });
  state.outbox.queues = emptyRecord();
}

function takeFiles(context: Context, files: ManagementFiles, records: SharedRecords): void {
  const { state } = context;
  const groupBefore = state.files?.group;
  state.files = files;
  if (state.sem.records !== records) {
    Object.assign(state.sem, { records, digest: digestOf(records), epoch: Math.max(state.sem.epoch, newestEpoch(records)) });
  }
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
