import type { Context } from '../context.ts';
import { type GroupRecord, parseGroup } from '../management-files/group.ts';
import { nextRecovererOf } from '../method/managers.ts';
import { isMember } from '../sem/members.ts';
import { membershipOf } from '../sem/shared-records.ts';

/** Who wrote last that this server is in the group or separated; empty where nobody has. */
export function editorOf(context: Context, server: string): string {
  return membershipOf(context.state.sem.records, server)?.editor ?? '';
}

/**
 * Who recovers a separated server: the one that separated it, as long as it is in the group itself; then the server that would manage it, which takes the
 * recovery up by editing the record anew (decision 0323). Everybody who knows the same records names the same one.
 */
export function recovererOf(context: Context, record: GroupRecord): string | undefined {
  const editor = editorOf(context, record.server);
  if (isMember(context, editor)) return editor;
  return nextRecovererOf(context.state.configuration, parseGroup(context.state.files?.group ?? ''), record);
}
