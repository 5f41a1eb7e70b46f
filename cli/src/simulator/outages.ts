import type { Observer } from './observer.ts';
import type { World } from './world.ts';

/** A time during which nobody served a server's clients. `to_ms` is undefined while it lasts. */
export interface Outage {
  readonly server: string;
  readonly from_ms: number;
  to_ms: number | undefined;
  /** Who served again: `ftp`, or `ftpb@web2`. */
  servedBy: string | undefined;
}

/** Measures what clients see: for which times no server function was provided, to the millisecond. */
export class Outages implements Observer {
  readonly all: Outage[] = [];
  readonly #world: World;
  readonly #open = new Map<string, Outage>();
  readonly #unserved = new Set<string>();

  /** Looks on from now. */
  constructor(world: World) {
    this.#world = world;
    world.observers.push(this);
    this.changed();
  }

  changed(): void {
    const { network, names, now_ms } = this.#world;
    for (const server of names) {
      const servedBy = network.servedBy(server);
      const open = this.#open.get(server);
      if (servedBy === undefined && open === undefined) {
        const outage: Outage = { server, from_ms: now_ms, to_ms: undefined, servedBy: undefined };
        this.#open.set(server, outage);
        this.#unserved.add(server);
        this.all.push(outage);
      } else if (servedBy !== undefined && open !== undefined) {
        this.#open.delete(server);
        this.#unserved.delete(server);
        // Nobody notices what lasts no time at all.
        if (open.from_ms === now_ms) this.all.splice(this.all.indexOf(open), 1);
        else Object.assign(open, { to_ms: now_ms, servedBy });
      }
    }
  }

  /** The servers that nobody serves for now. */
  get unserved(): ReadonlySet<string> {
    return this.#unserved;
  }
}
