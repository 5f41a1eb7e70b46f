import type { StorageDemand } from '../effects.ts';

/** What this server knows of the shared storage, where it looked at it for a target whose services are abnormal. */
export interface StorageExamination {
  /** The examination of the target for which it was asked last. */
  serial: number;
  /** What was asked of it. */
  demand: StorageDemand;
  outstanding: boolean;
  /** Why it is in doubt; it stays until the storage answers or the target is normal. */
  problem: string | undefined;
}

export function newStorageExamination(): StorageExamination {
  return { serial: 0, demand: 'answer', outstanding: false, problem: undefined };
}
