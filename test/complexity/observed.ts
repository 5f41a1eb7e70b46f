import type { ServerEffect } from '@dbss/agent/protocol/server/server-effects.ts';
import type { Host } from '../../cli/src/simulator/host.ts';
import type { Observer } from '../../cli/src/simulator/observer.ts';
import type { MachineHappening } from '../../cli/src/simulator/machine.ts';

/** What management programs did while they were looked at. */
export class Observed implements Observer {
  /** Phases of a DBSS. */
  readonly phases = new Set<string>();
  /** `monitoring → examining`; `begin` and `end` stand for no DBSS. */
  readonly transitions = new Set<string>();
  /** Kinds of the requests that servers sent to each other. */
  readonly messages = new Set<string>();
  readonly #before = new Map<string, string>();

  stepped(host: Host, _event: MachineHappening, effects: readonly ServerEffect[]): void {
    for (const effect of effects) if (effect.kind === 'call') this.messages.add(effect.message.kind);
    const now = new Map(Object.values(host.state.dbss).map(({ name, phase }) => [name, phase] as const));
    for (const [name, phase] of now) this.#moved(`${host.name}/${name}`, phase);
    for (const key of this.#before.keys()) {
      const [on, name] = key.split('/');
      if (on === host.name && name !== undefined && !now.has(name)) this.#ended(key);
    }
  }

  /** The next world begins anew. */
  forget(): void {
    this.#before.clear();
  }

  #moved(key: string, phase: string): void {
    const before = this.#before.get(key) ?? 'begin';
    this.phases.add(phase);
    if (before !== phase) this.transitions.add(`${before} → ${phase}`);
    this.#before.set(key, phase);
  }

  #ended(key: string): void {
    this.transitions.add(`${this.#before.get(key) ?? ''} → end`);
    this.#before.delete(key);
  }
}
