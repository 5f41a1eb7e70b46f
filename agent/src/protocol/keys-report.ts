/** Which keys an agent works with; told by its control socket, so that `dbssctl keys rotate` sees what is in force and not what lies on the disk. */
export interface KeysReport {
  /** SHA-256 fingerprints of the authorities that it believes, in their order. */
  readonly authorities: readonly string[];
  /** SHA-256 fingerprint of its own certificate. */
  readonly certificate: string;
  /** Unix time at which its own certificate or the last of the authorities ends, whichever is first. */
  readonly valid_until_unix_s: number;
  /** Names of the datagrams' keys, the signing one first; a name tells nothing about its key. */
  readonly datagramKeys: readonly string[];
  /** The same of the installation procedure files; none on a witness, and undefined from an agent of an earlier version. */
  readonly procedureKeys?: readonly string[];
}

/** Whether another member answers over SEM, by a connection made just now. */
export interface PeerCheck {
  readonly peer: string;
  /** Why it does not; `null` when it does. */
  readonly trouble: string | null;
}
