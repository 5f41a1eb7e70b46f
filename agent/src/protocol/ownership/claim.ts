/** One wish of one holder to hold one address. Two wishes of the same holder are two claims: what ends the first says nothing about the second. */
export interface Claim {
  readonly address: string;
  /** Higher than every epoch that the holder had seen for the address; orders the holders of an address. */
  readonly epoch: number;
  readonly holder: string;
  /** 128 random bits as 32 hex digits, fresh for each claim, drawn by the runtime. */
  readonly nonce: string;
}

/** `long`: before a planned restart of the holder's agent. */
export type LeaseLength = 'short' | 'long';

/** Both name the same wish. */
export function sameClaim(one: Claim, other: Claim): boolean {
  return one.address === other.address && one.epoch === other.epoch && one.holder === other.holder && one.nonce === other.nonce;
}
