import type { Priority } from '@dbss/agent/protocol/method/method.ts';
import { parseOperation } from '@dbss/agent/protocol/management-files/operation.ts';
import type { NodeState } from '@dbss/agent/protocol/node-state.ts';
import type { Host } from '../host.ts';
import type { Observer } from '../observer.ts';
import type { World } from '../world.ts';
import type { Bounds } from './bounds.ts';
import { type Condition, runningMembers } from './condition.ts';
import type { Report } from './promise.ts';

/** Invariant 3: two intervals after the last change every live target has exactly one live manager, in the P2P method one of priority 1, or else of priority 2. */
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
      if (name === state.configuration.management_server || lacksBothManagers(state, live)) continue;
      const first = managersOf(name, 1, live);
      // In the P2P method the server with priority 2 acts when the other one does not run.
      const managers = first.length > 0 ? first : managersOf(name, 2, live);
      if (managers.length === 1) this.#reported.delete(name);
      else if (!this.#reported.has(name)) {
        this.#reported.add(name);
        this.#report(3, `${name} is managed by ${managers.map((host) => host.name).join(' and ') || 'nobody'}`, name);
      }
    }
  }
}

/** The P2P method has two managers for a server and no third: where neither runs, though both their machines do, nobody is. A ring extends its management. */
function lacksBothManagers({ configuration, files }: NodeState, live: readonly Host[]): boolean {
  if (configuration.method !== 'p2p') return false;
  const managers = parseOperation(files?.operation ?? '').filter(({ target }) => target === configuration.self);
  return managers.length > 0 && !managers.some(({ manager }) => live.some(({ name }) => name === manager));
}

function managersOf(target: string, priority: Priority, hosts: readonly Host[]): readonly Host[] {
  return hosts.filter((host) => Object.values(host.state.dbss).some((dbss) => dbss.target === target && dbss.priority === priority));
}

function areKeysOf(record: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  let index = 0;
  for (const key in record) {
    if (key !== keys[index]) return false;
    index += 1;
  }
  return index === keys.length;
}
