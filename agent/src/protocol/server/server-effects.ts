import type { Effect } from '../effects.ts';
import type { RequestId } from '../events.ts';
import type { OwnershipEffect } from '../ownership/ownership-effects.ts';

/** Where an address is on a machine: on its own interface, or behind the tap of its virtual server. */
export type Where = 'machine' | 'tap';

/** From its result on the address passes only while it has a lease. Idempotent; a lease that it has stays. */
export interface ProtectEffect {
  readonly kind: 'protect-address';
  readonly request: RequestId;
  readonly address: string;
  readonly where: Where;
}

/** Ask the service network who answers for an address. `done`: nobody within the limit. `failed` with `held_by`: the machine with this MAC address does. */
export interface AskWhoHasEffect {
  readonly kind: 'ask-who-has';
  readonly request: RequestId;
  readonly address: string;
  readonly limit_ms: number;
}

/** An address was set in the virtual server and is held: an agent that starts later in this boot finds it there. */
export interface NoteInGuestEffect {
  readonly kind: 'note-in-guest';
  readonly address: string;
}

/** What a custody of an address asks for beside the ring's own effects. */
export type AddressEffect = ProtectEffect | AskWhoHasEffect | NoteInGuestEffect;

/** Everything that a server can do to the world. The runtime has one executor per kind; a kind without an executor does not compile. */
export type ServerEffect = Effect | OwnershipEffect | AddressEffect;
