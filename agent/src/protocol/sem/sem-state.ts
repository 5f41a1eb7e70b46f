import { emptyRecord } from '../empty-record.ts';
import type { SharedRecords } from './shared-records.ts';

/** What SEM knows beside the management files. */
export interface SemState {
  /** Records of the management files in force with their versions. */
  records: SharedRecords;
  /** Of these records. */
  digest: string;
  /** The greatest epoch seen. */
  epoch: number;
  /** Count of each server's heartbeat in the heartbeat file. */
  heartbeats: Record<string, number>;
  /** Digests of other servers whose records differed when they were last heard. */
  differing: Record<string, string>;
}

export function newSemState(): SemState {
  return { records: emptyRecord(), digest: '', epoch: 0, heartbeats: emptyRecord(), differing: emptyRecord() };
}
