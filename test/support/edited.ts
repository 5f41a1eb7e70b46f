import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import { recordsOfEdit } from '@dbss/agent/protocol/sem/edit-records.ts';
import { renderFiles } from '@dbss/agent/protocol/sem/render-files.ts';
import { mergeRecords, recordsOfFiles } from '@dbss/agent/protocol/sem/shared-records.ts';

/** Management files after edits of one server, each a text of Diff.dat. The same text is the same edit. */
export function edited(files: ManagementFiles, ...diffs: readonly string[]): ManagementFiles {
  const known = [...new Set(diffs)];
  const records = diffs.reduce((before, diff) => {
    const coming = recordsOfEdit({ editor: 'mail', epoch: known.indexOf(diff) + 1, diff });
    if (coming === undefined) throw new Error(`no Diff.dat: ${diff}`);
    return mergeRecords(before, coming);
  }, recordsOfFiles(files));
  return renderFiles(records, files, { method: 'ring' });
}
