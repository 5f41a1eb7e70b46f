import type { Host } from '../host.ts';
import type { Observer } from '../observer.ts';
import type { World } from '../world.ts';
import type { Bounds } from './bounds.ts';
import { type Condition, runningMembers } from './condition.ts';
import type { Report } from './promise.ts';

/** Invariant 3: two intervals after the last change every live target has exactly one live manager, of priority 1 in the P2P method. */
export class Covered implements Observer {
  readonly #world: World;
  readonly #condition: Condition;
  readonly #bounds: Bounds;
  readonly #report: Report;
  /** The DBSSs of each server, as last seen. */
  readonly #dbss = new Map<string, readonly string[]>();
  /** Whether anything has changed since the last look that found all well. */
  #toLookAt = true;
  readonly #reported = new Set<string>();

  constructor(world: World, condition: Condition, bounds: Bounds, report: Report) {
    this.#world = world;
    this.#condition = condition;
    this.#bounds = bounds;
    this.#report = report;
    world.observers.push(this);
  }

  changed(): void {
    this.#toLookAt = true;
  }

  stepped(host: Host): void {
    const { dbss } = host.state;
    if (!areKeysOf(dbss, this.#dbss.get(host.name) ?? [])) {
      this.#dbss.set(host.name, Object.keys(dbss));
      this.#toLookAt = true;
    }
    // One interval more: a manager that is not needed any more ends at the beginning of the next one.
    if (!this.#toLookAt || this.#condition.calm_ms <= this.#bounds.settled_ms + this.#bounds.interval_ms) return;
    this.#toLookAt = false;
    this.#look();
  }

  #look(): void {
    const live = runningMembers(this.#world.hosts.values());
    if (live.length < 2) return;
    for (const { name, state } of live) {
      if (name === state.configuration.management_server) continue;
      const managers = live.filter((host) => Object.values(host.state.dbss).some((dbss) => dbss.target === name && dbss.priority === 1));
      if (managers.length === 1) this.#reported.delete(name);
      else if (!this.#reported.has(name)) {
        this.#reported.add(name);
        this.#report(3, `${name} is managed by ${managers.map((host) => host.name).join(' and ') || 'nobody'}`, name);
      }
    }
  }
}

function areKeysOf(record: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  let index = 0;
  for (const key in record) {
    if (key !== keys[index]) return false;
    index += 1;
  }
  return index === keys.length;
}
