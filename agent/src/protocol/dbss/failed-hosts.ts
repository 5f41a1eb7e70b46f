/** Hosts that could not create the virtual server in this recovery; they are left out when one is selected (§3.3). */
export interface FailedHosts {
  names: string[];
  /** How often there was nobody left but them. */
  exhausted: number;
  /** When they are tried again, once there is nobody else. */
  again: { readonly mono_ms: number; readonly unix_ms: number } | undefined;
}

export function newFailedHosts(): FailedHosts {
  return { names: [], exhausted: 0, again: undefined };
}
