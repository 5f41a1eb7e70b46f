import type { Host } from '../host.ts';
import type { Observer } from '../observer.ts';
import type { World } from '../world.ts';
import type { Bounds } from './bounds.ts';
import { type Condition, recordsOf, runningMembers, runsProgram } from './condition.ts';
import type { Report } from './promise.ts';

/**
 * Invariant 2: once messages flow again, all members that run the management program hold the same records within two intervals. Members are the servers
 * of the group that most of them know: one that was separated while it was cut off is told by other means.
 */
export class Converge implements Observer {
  readonly #world: World;
  readonly #condition: Condition;
  readonly #bounds: Bounds;
  readonly #report: Report;
  readonly #records = new Map<string, string>();
  #differ = false;
  #reported = false;

  constructor(world: World, condition: Condition, bounds: Bounds, report: Report) {
    this.#world = world;
    this.#condition = condition;
    this.#bounds = bounds;
    this.#report = report;
    world.observers.push(this);
    for (const host of world.hosts.values()) this.stepped(host);
  }

  stepped(host: Host): void {
    const records = runsProgram(host) ? recordsOf(host) : undefined;
    if (this.#records.get(host.name) !== records) {
      if (records === undefined) this.#records.delete(host.name);
      else this.#records.set(host.name, records);
      this.#compare();
    }
    if (!this.#differ || this.#reported || this.#condition.calm_ms <= this.#bounds.settled_ms) return;
    if (!this.#compare()) return;
    this.#reported = true;
    this.#report(2, `the management files differ: ${this.#views()}`);
  }

  #compare(): boolean {
    this.#differ = new Set(this.#records.values()).size > 1 && new Set(this.#members().map(recordsOf)).size > 1;
    if (!this.#differ) this.#reported = false;
    return this.#differ;
  }

  #members(): Host[] {
    return runningMembers(this.#world.hosts.values());
  }

  #views(): string {
    const serversOf = new Map<string, string[]>();
    for (const host of this.#members()) {
      const records = recordsOf(host);
      serversOf.set(records, [...(serversOf.get(records) ?? []), host.name]);
    }
    return [...serversOf].map(([records, servers]) => `${servers.join(' ')}: ${JSON.stringify(records.split('|').slice(0, 3))}`).join('; ');
  }
}
