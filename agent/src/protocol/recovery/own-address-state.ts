/** This server's own virtual IP address on its service interface. */
export interface OwnAddressState {
  held: boolean;
  /** It is to be held: it was not given up since it was taken. */
  wanted: boolean;
  /** The address last set or found here: it is known also while there are no management files. */
  address: string | undefined;
  /** Why it could not be set when it was tried last; undefined while it is held, or is not to be. */
  problem: string | undefined;
}
