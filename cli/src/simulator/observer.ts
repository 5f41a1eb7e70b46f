import type { Effect } from '@dbss/agent/protocol/effects.ts';
import type { Happening, Host } from './host.ts';

/** Looks on without touching anything: checkers and meters. Every call comes at the world's present time. */
export interface Observer {
  /** A server's agent has handled an event; its effects are not performed yet. */
  stepped?(host: Host, event: Happening, effects: readonly Effect[]): void;
  /** Who answers or serves may have changed: at this virtual address, or anywhere. */
  changed?(vip: string | undefined): void;
  /** Something was done to the world that no server asked for, or was undone. `kind` names it as faults are named. */
  disturbed?(kind: string): void;
}
