import type { RequestId } from '../events.ts';
import type { CaptureReport } from './procedure-work.ts';

/** What a server does with installation procedure files (§3.1). Each with `request` is answered by a product. */
export type ProcedureEffect =
  | { readonly kind: 'list-procedures'; readonly request: RequestId }
  /** Look whether this server's configuration is still what was captured last; `last`: the digest of that capture. */
  | { readonly kind: 'survey-configuration'; readonly request: RequestId; readonly last: string | undefined }
  /** Capture this server's configuration and keep it here, sealed. Fails when it is not what `expected` sums up. */
  | {
      readonly kind: 'capture-procedure';
      readonly request: RequestId;
      readonly epoch: number;
      readonly expected: string | undefined;
    }
  /** Seal what this server captured last, which has this digest, with the keys in force, as a newer version. */
  | { readonly kind: 'seal-procedure-anew'; readonly request: RequestId; readonly epoch: number; readonly digest: string }
  /** Keep another server's file, once its seal has been found good and it is newer than the one that is here. */
  | { readonly kind: 'store-procedure'; readonly request: RequestId; readonly server: string; readonly content: string }
  | { readonly kind: 'read-procedure'; readonly request: RequestId; readonly server: string }
  /** The answer to an operator who waits at the control socket. */
  | { readonly kind: 'tell-operator'; readonly ticket: string; readonly report: CaptureReport };
