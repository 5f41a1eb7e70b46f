import type { StandbyState } from './standby.ts';

/** The standby of this server and the virtual server that it may have become. */
export interface VirtualServerState {
  state: StandbyState;
  target: string | undefined;
  /** Names this life of the standby, from one reset to the next: results of work on an earlier one change nothing. */
  serial: number;
  /** Calls that a running creation answers. */
  creationCalls: string[];
  creationStarted_mono_ms: number;
  /** Calls that wait for the address that is being set, and for a running removal of it. */
  addressCalls: string[];
  releaseCalls: string[];
  resume_ms: number;
  installation_ms: number;
  /** Calls that wait for the end of a reset, by which the virtual server's address is given up for certain. */
  resetCalls: string[];
  /** Since when the problem file has not known this virtual server, on the monotonic clock. */
  unneeded_since_mono_ms: number | undefined;
}

export function newVirtualServerState(): VirtualServerState {
  return {
    state: 'absent',
    target: undefined,
    serial: 0,
    creationCalls: [],
    creationStarted_mono_ms: 0,
    addressCalls: [],
    releaseCalls: [],
    resume_ms: 0,
    installation_ms: 0,
    resetCalls: [],
    unneeded_since_mono_ms: undefined,
  };
}
