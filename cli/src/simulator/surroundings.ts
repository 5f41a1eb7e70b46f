import type { Effect } from '@dbss/agent/protocol/effects.ts';
import type { Outcome } from '@dbss/agent/protocol/events.ts';
import type { LoadSample } from '@dbss/agent/protocol/load/load-sample.ts';
import type { OwnershipMessage } from '@dbss/agent/protocol/ownership/ownership-messages.ts';
import type { Answer } from '@dbss/agent/protocol/sem/messages.ts';
import type { Durations } from './durations.ts';
import type { Faults } from './faults.ts';
import type { Host } from './host.ts';
import type { Machine, MachineHappening } from './machine.ts';
import type { Network } from './network.ts';

/** What a host's effects and messages meet: the world as its parts see it. */
export interface Surroundings {
  readonly now_ms: number;
  readonly durations: Durations;
  readonly faults: Faults;
  readonly network: Network;
  readonly messages: { call(from: Host, effect: Effect & { kind: 'call' }): void; answer(call: string, answer: Answer): void };
  readonly datagrams: { send(from: Machine, to: string, message: OwnershipMessage): void };
  readonly loadOf: (server: string) => LoadSample;
  host(name: string): Host;
  /** A server, or the witness; `undefined` for a name that nothing here has. */
  machine(name: string): Machine | undefined;
  byMac(mac: string): Host | undefined;
  /** Let something happen after a while. */
  at(delay_ms: number, run: () => void): void;
  /** Let an event happen to a machine's agent. */
  tell(machine: Machine, event: MachineHappening): void;
  /** Work that ends later: `outcome` says what came of it then. Only the agent that asked hears of it. */
  result(host: Machine, request: string, delay_ms: number, outcome: () => Outcome): void;
  note(name: string, text: string): void;
  /** Who answers or serves has changed: at this virtual address, or anywhere. */
  changed(vip?: string): void;
  /** Servers that have a fencing device. */
  readonly fenceable: ReadonlySet<string>;
  switchOff(name: string): void;
  restart(name: string, shutdown_ms?: number, boot_ms?: number): void;
  powerOnAfter(name: string, delay_ms: number): void;
}
