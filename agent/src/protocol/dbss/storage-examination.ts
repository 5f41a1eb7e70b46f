/** What this server knows of the shared storage, where it looked at it for a target whose services are abnormal. */
export interface StorageExamination {
  /** The examination of the target for which it was asked last. */
  serial: number;
  /** What was asked: whether there is room, or only whether it answers. */
  needs_room: boolean;
  outstanding: boolean;
  /** Why it is in doubt; it stays until the storage answers or the target is normal. */
  problem: string | undefined;
}

export function newStorageExamination(): StorageExamination {
  return { serial: 0, needs_room: false, outstanding: false, problem: undefined };
}
