import type { Observer } from '../observer.ts';
import type { World } from '../world.ts';
import type { Report } from './promise.ts';

/** Invariant 1: at no instant do two machines answer for one virtual address. Looked at whenever anybody gets or loses an address. */
export class OneHolder implements Observer {
  readonly #world: World;
  readonly #report: Report;
  readonly #reported = new Set<string>();

  constructor(world: World, report: Report) {
    this.#world = world;
    this.#report = report;
    world.observers.push(this);
  }

  changed(vip: string | undefined): void {
    for (const name of this.#world.names) {
      const own = this.#world.vipOf(name);
      if (vip !== undefined && own !== vip) continue;
      const holders = this.#world.network.holders(own);
      if (holders.length < 2) this.#reported.delete(name);
      else if (!this.#reported.has(name)) {
        this.#reported.add(name);
        this.#report(1, `${holders.join(' and ')} answer for the address of ${name}`, name);
      }
    }
  }
}
