import type { SharedRecords } from './shared-records.ts';

/**
 * A short text that is the same for the same records with the same versions, and another one for others: two 32-bit FNV-1a sums. It finds replicas that
 * differ, it does not guard against anybody.
 */
export function digestOf(records: SharedRecords): string {
  const text = Object.keys(records)
    .sort()
    .map((key) => {
      const record = records[key];
      return record === undefined ? '' : `${key} ${record.file} ${record.line} ${String(record.epoch)} ${record.editor}\n`;
    })
    .join('');
  return `${fnv1a(text, 0x811c9dc5)}${fnv1a(text, 0x01000193)}`;
}

function fnv1a(text: string, basis: number): string {
  let sum = basis;
  for (let index = 0; index < text.length; index += 1) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, '0');
}
