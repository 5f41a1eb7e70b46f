import type { ProcedureStamp } from './procedure-stamp.ts';

/** What a look at this server's configuration found. */
export interface Survey {
  /** SHA-256 of what would be captured now. */
  readonly digest: string;
  /** Names the keys that it would be sealed with. */
  readonly seal: string;
  /** Paths and accounts that differ from the last capture, the first of them. */
  readonly differences: readonly string[];
  /** Daemons that have not read what was changed, each with a path, in words. */
  readonly unread: readonly string[];
  /** Remarks on the last capture, as far as the disk still has them: an agent that was restarted knows of none. */
  readonly notices?: readonly string[];
}

/** What went into a capture. */
export interface CaptureContents {
  readonly files: number;
  readonly packages: readonly string[];
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** Files of the original server that this server does not have. */
  readonly removed: readonly string[];
  /** What an administrator should know about it, in words. */
  readonly notices: readonly string[];
}

/** What an operator who asked for a capture is told. */
export type CaptureReport =
  | { readonly kind: 'captured'; readonly stamp: ProcedureStamp; readonly contents: CaptureContents }
  | { readonly kind: 'refused'; readonly reason: string };

/** What the work on installation procedure files gives. */
export type ProcedureProduct =
  /** The newest version of each server on this disk. */
  | { readonly kind: 'listed'; readonly stamps: readonly ProcedureStamp[] }
  | { readonly kind: 'surveyed'; readonly survey: Survey }
  /** This server's configuration cannot be summed up; what it captured before is still to be sealed with the keys in force. */
  | { readonly kind: 'unreadable'; readonly seal: string; readonly reason: string }
  | { readonly kind: 'captured'; readonly stamp: ProcedureStamp; readonly contents: CaptureContents }
  | { readonly kind: 'sealed-anew'; readonly stamp: ProcedureStamp }
  | { readonly kind: 'stored'; readonly stamp: ProcedureStamp }
  /** A sealed file in base64. */
  | { readonly kind: 'content'; readonly content: string };
