import type { ManagementFiles } from '../management-files/management-files.ts';

/** Management files as they were when the management program ran last, from the disk of this server. */
export interface LocalCopy {
  readonly files: ManagementFiles;
  readonly versions: string;
  /** Of its newest edit: of several servers' copies the one with the greatest epoch is in force. */
  readonly epoch: number;
}
