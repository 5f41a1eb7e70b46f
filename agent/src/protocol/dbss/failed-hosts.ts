/** Hosts that could not create the virtual server in this recovery; they are left out when one is selected (§3.3). */
export interface FailedHosts {
  names: string[];
  /** One of them could not create it, and did not only get no votes for the address: that would not be the hosts' fault. */
  couldNotCreate: boolean;
  /** How often there was nobody left but such hosts. */
  exhausted: number;
  /** When they are tried again, once there is nobody else. */
  again: { readonly mono_ms: number; readonly unix_ms: number } | undefined;
}

export function newFailedHosts(): FailedHosts {
  return { names: [], couldNotCreate: false, exhausted: 0, again: undefined };
}
