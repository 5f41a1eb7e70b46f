import type { Observer } from '../observer.ts';
import type { Outages } from '../outages.ts';
import type { World } from '../world.ts';
import type { Bounds } from './bounds.ts';
import type { Condition } from './condition.ts';
import type { Report } from './promise.ts';

/**
 * Invariant 4: a failed target with a quorum and a host with room is served again within the profile's bound. The bound counts anew when something is
 * done to the world, and does not run while nobody has room or too few servers are sound.
 */
export class Recover implements Observer {
  readonly #world: World;
  readonly #condition: Condition;
  readonly #bounds: Bounds;
  readonly #outages: Outages;
  readonly #quorum: number;
  readonly #report: Report;
  /** Since when each unserved server could have been recovered. */
  readonly #since_ms = new Map<string, number>();
  readonly #reported = new Set<string>();
  /** Since when nobody serves them, whatever the reason. */
  readonly #unserved_ms = new Map<string, number>();
  /** Whether a hypervisor has hung: one that fails at once costs no time to find out. */
  #hung = false;
  /** When a host was last unable to create a virtual server: where all fail they are not tried in every interval. */
  #failing_ms = -Infinity;

  constructor(
    world: World,
    condition: Condition,
    bounds: Bounds,
    { outages, quorum, report }: { readonly outages: Outages; readonly quorum: number; readonly report: Report },
  ) {
    this.#world = world;
    this.#condition = condition;
    this.#bounds = bounds;
    this.#outages = outages;
    this.#quorum = quorum;
    this.#report = report;
    world.observers.push(this);
  }

  disturbed(): void {
    this.#since_ms.clear();
    this.#lookForFailures();
  }

  stepped(): void {
    const { unserved } = this.#outages;
    if (unserved.size === 0) {
      if (this.#since_ms.size > 0) this.#since_ms.clear();
      if (this.#unserved_ms.size > 0) this.#unserved_ms.clear();
      return;
    }
    this.#lookForFailures();
    const possible = this.#canRecover(unserved.size);
    const { now_ms } = this.#world;
    const bound_ms = this.#bounds.recovered_ms + (this.#hung ? this.#bounds.hungHost_ms : 0);
    for (const name of this.#since_ms.keys()) if (!possible || !unserved.has(name)) this.#since_ms.delete(name);
    for (const name of this.#reported) if (!unserved.has(name)) this.#reported.delete(name);
    for (const name of this.#unserved_ms.keys()) if (!unserved.has(name)) this.#unserved_ms.delete(name);
    for (const name of unserved) if (!this.#unserved_ms.has(name)) this.#unserved_ms.set(name, now_ms);
    if (!possible) return;
    for (const name of unserved) {
      const since_ms = this.#since_ms.get(name) ?? now_ms;
      this.#since_ms.set(name, since_ms);
      if (now_ms - since_ms <= bound_ms + this.#leftOut_ms(name, since_ms) || this.#reported.has(name)) continue;
      this.#reported.add(name);
      this.#report(4, `${name} is not served for ${((now_ms - since_ms) / 1000).toFixed(1)} s, with a quorum and room`, name);
    }
  }

  /** Hosts that failed while the recovery was not possible are tried again after at most as long as nobody has served already. */
  #leftOut_ms(name: string, since_ms: number): number {
    const unserved_ms = this.#unserved_ms.get(name) ?? since_ms;
    return this.#failing_ms < unserved_ms ? 0 : Math.min(this.#bounds.leftOut_ms, since_ms - unserved_ms);
  }

  #lookForFailures(): void {
    for (const { hypervisorFaults, diskFull } of this.#world.hosts.values()) {
      if (hypervisorFaults.size > 0 || diskFull) this.#failing_ms = this.#world.now_ms;
      this.#hung ||= hypervisorFaults.has('hang');
    }
  }

  #canRecover(needed: number): boolean {
    const { network, messages, faults } = this.#world;
    const { unserved } = this.#outages;
    if (!network.serviceSwitch || !messages.semSwitch || faults.disturbance !== undefined || faults.hasCuts) return false;
    // Nothing is taken over for a service that may hang with the storage, or may lack room on it.
    if (faults.storageHangs || faults.storageFull) return false;
    let sound = 0;
    let room = 0;
    for (const host of this.#world.hosts.values()) {
      if (!this.#condition.isSound(host)) continue;
      // To the others a server looks dead also when its function alone is away.
      if (!unserved.has(host.name)) sound += 1;
      if (host.standby.state !== 'absent' && host.standby.addresses.size === 0 && !host.goesDown) room += 1;
    }
    return sound >= this.#quorum && room >= needed;
  }
}
