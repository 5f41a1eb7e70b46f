import type { ServerEffect } from '@dbss/agent/protocol/server/server-effects.ts';
import { parseGroup } from '@dbss/agent/protocol/management-files/group.ts';
import type { Host } from '../host.ts';
import type { MachineHappening } from '../machine.ts';
import type { Observer } from '../observer.ts';
import type { World } from '../world.ts';
import type { Bounds } from './bounds.ts';
import { bringsRecords } from './condition.ts';
import type { Report } from './promise.ts';

/**
 * Invariant 5: a target that is well is never taken over or restarted. A target is well while it serves its clients itself and is not slow; a verdict may be as old as
 * the examinations that it rests on.
 */
export class LeaveHealthyAlone implements Observer {
  readonly #world: World;
  readonly #bounds: Bounds;
  readonly #report: Report;
  /** Since when each server serves its clients itself. */
  readonly #wellSince_ms = new Map<string, number>();
  readonly #separations = new Map<string, string>();

  constructor(world: World, bounds: Bounds, report: Report) {
    this.#world = world;
    this.#bounds = bounds;
    this.#report = report;
    world.observers.push(this);
    for (const host of world.hosts.values()) this.#separations.set(host.name, host.state.files?.separation ?? '');
    this.changed();
  }

  changed(): void {
    for (const name of this.#world.names) {
      if (this.#world.network.servedBy(name) !== name || this.#world.host(name).slow_ms > 0) this.#wellSince_ms.delete(name);
      else if (!this.#wellSince_ms.has(name)) this.#wellSince_ms.set(name, this.#world.now_ms);
    }
  }

  stepped(host: Host, event: MachineHappening, effects: readonly ServerEffect[]): void {
    const separation = host.state.files?.separation ?? '';
    const before = this.#separations.get(host.name) ?? '';
    if (separation !== before) {
      this.#separations.set(host.name, separation);
      if ((event.kind === 'result' || event.kind === 'timer') && !bringsRecords(event)) this.#separated(host.name, before, separation);
    }
    if (event.kind === 'call' && event.request.kind === 'restart' && effects.some(({ kind }) => kind === 'restart-machine'))
      this.#restarted(host, event.from);
  }

  #separated(by: string, before: string, after: string): void {
    const known = new Set(parseGroup(before).map((record) => record.server));
    for (const { server } of parseGroup(after)) {
      if (!known.has(server) && this.#isWell(server)) this.#report(5, `${by} separates ${server}, which is well`, server);
    }
  }

  /** Whoever recovers a target, and has separated it for that, may restart it although it has come right meanwhile. */
  #restarted(host: Host, by: string): void {
    const separated = parseGroup(this.#separations.get(by) ?? '').some((record) => record.server === host.name);
    if (!separated && this.#isWell(host.name)) this.#report(5, `${by} restarts ${host.name}, which is well`, host.name);
  }

  #isWell(server: string): boolean {
    const since_ms = this.#wellSince_ms.get(server);
    return since_ms !== undefined && this.#world.now_ms - since_ms > this.#bounds.verdict_ms;
  }
}
