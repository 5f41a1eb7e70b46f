import type { ServerEffect } from '@dbss/agent/protocol/server/server-effects.ts';
import type { Host } from './host.ts';
import type { MachineHappening } from './machine.ts';

/** Looks on without touching anything: checkers and meters. Every call comes at the world's present time. */
export interface Observer {
  /** The ring of a server has handled an event; its effects are not performed yet. */
  stepped?(host: Host, event: MachineHappening, effects: readonly ServerEffect[]): void;
  /** Who answers or serves may have changed: at this virtual address, or anywhere. */
  changed?(vip: string | undefined): void;
  /** Something was done to the world that no server asked for, or was undone. `kind` names it as faults are named. */
  disturbed?(kind: string): void;
}
