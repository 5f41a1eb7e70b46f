import type { VotersConfiguration } from './voters-configuration.ts';

/** To whom a voter last granted an address. */
export interface GrantedClaim {
  readonly epoch: number;
  readonly holder: string;
  readonly nonce: string;
}

/** What a machine keeps on disk about votes. It is never restored from a copy, and a lost one is never replaced under the same `uuid`. */
export interface VoterDocument {
  readonly uuid: string;
  /** There is none before bootstrap gave one, or another machine's message told it. */
  readonly configuration: VotersConfiguration | undefined;
  /** By address. */
  readonly granted: Readonly<Record<string, GrantedClaim>>;
}
