/** This server's own virtual IP address on its service interface. */
export interface OwnAddressState {
  held: boolean;
  /** The address last set or found here: it is known also while there are no management files. */
  address: string | undefined;
}
