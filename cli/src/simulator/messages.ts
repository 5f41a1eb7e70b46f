import type { Effect } from '@dbss/agent/protocol/effects.ts';
import type { Outcome } from '@dbss/agent/protocol/events.ts';
import type { Answer, Request } from '@dbss/agent/protocol/sem/messages.ts';
import type { Host } from './host.ts';
import type { Surroundings } from './surroundings.ts';

interface OpenCall {
  readonly from: Host;
  readonly to: Host;
  readonly request: Request;
  readonly settle: (outcome: Outcome) => void;
}

/** A request that the network delivered twice: what the second one is answered comes to nobody. */
const REPEATED = 'repeated:';

/** SEM's network: each call settles once, by its answer or by its timeout. */
export class Messages {
  readonly #world: Surroundings;
  readonly #open = new Map<string, OpenCall>();
  /** The switch of the SEM network. */
  semSwitch = true;

  constructor(world: Surroundings) {
    this.#world = world;
  }

  call(from: Host, { request, to: toName, message, timeout_ms }: Effect & { kind: 'call' }): void {
    const world = this.#world;
    const to = world.host(toName);
    const call = `${from.name}/${String(from.starts)}/${request}`;
    let settled = false;
    const settle = (outcome: Outcome): void => {
      if (settled) return;
      settled = true;
      world.result(from, request, 0, () => outcome);
    };
    this.#open.set(call, { from, to, request: message, settle });
    world.at(timeout_ms, () => settle({ kind: 'failed', reason: 'no answer in time', elapsed_ms: timeout_ms }));
    if (world.faults.losesMessage(from.name, toName, message, 'request')) return;
    this.#deliver(from, to, call, message);
    if (world.faults.duplicates()) this.#deliver(from, to, `${REPEATED}${call}`, message);
  }

  answer(call: string, answer: Answer): void {
    if (call.startsWith(REPEATED)) return;
    const open = this.#open.get(call);
    if (open === undefined) throw new Error(`${call} was answered twice`);
    this.#open.delete(call);
    const { faults, durations } = this.#world;
    if (faults.losesMessage(open.to.name, open.from.name, open.request, 'answer')) return;
    this.#world.at(durations.message + faults.delayNow(), () => {
      if (this.#passes(open.to, open.from)) open.settle({ kind: 'answer', answer });
    });
  }

  #deliver(from: Host, to: Host, call: string, request: Request): void {
    const world = this.#world;
    world.at(world.durations.message + world.faults.delayNow(), () => {
      if (this.#passes(from, to)) world.tell(to, { kind: 'call', call, from: from.name, request });
    });
  }

  #passes(from: Host, to: Host): boolean {
    return from.on && from.semLink && to.semLink && this.semSwitch && this.#world.faults.isOpen('sem', from.name, to.name);
  }
}
