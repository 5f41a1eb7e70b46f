import type { StandbyState } from './standby.ts';

/** The standby of this server and the virtual server that it may have become. */
export interface VirtualServerState {
  state: StandbyState;
  target: string | undefined;
  /** The call to be answered when the running work is done. */
  call: string | undefined;
  resume_ms: number;
}
