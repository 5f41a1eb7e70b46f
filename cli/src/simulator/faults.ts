import type { Request } from '@dbss/agent/protocol/sem/messages.ts';

type MessageLoss = (from: string, to: string, request: Request, part: 'request' | 'answer') => boolean;

export type NetworkName = 'service' | 'sem';

/** What chance does to messages: probabilities of loss and duplication, and the longest further delay, which also reorders them. */
export interface Disturbance {
  readonly loss: number;
  readonly duplication: number;
  readonly delay_ms: number;
}

/** What gets lost or late in the world. Nothing does unless a test says so; chance comes from `random`. */
export class Faults {
  #pings: { from: string; address: string }[] = [];
  #messages: { lost: MessageLoss; times: number }[] = [];
  /** So many magic packets wake nobody. */
  magicPacketsLost = 0;
  /** Further delay of a message in milliseconds. */
  delay: () => number = () => 0;

  /** Chance from 0 to 1 for `disturbance`. */
  random: () => number = () => 1;
  disturbance: Disturbance | undefined;
  /** The shared storage answers nobody, and no service that reads it either. */
  storageHangs = false;
  /** The shared storage answers, and no file on it can be opened yet: services that serve hang, and one that is dead is seen to be. */
  storageOpensNothing = false;
  /** The shared storage has no room: what is there can be read, and mail cannot be delivered. */
  storageFull = false;
  readonly #cuts = new Map<string, number>();

  /** Cut the way of one network from one server to another, `*` for any, or mend it. Each cut is mended once. */
  cut(network: NetworkName, from: string, to: string, isCut: boolean): void {
    const way = `${network} ${from} ${to}`;
    const cuts = (this.#cuts.get(way) ?? 0) + (isCut ? 1 : -1);
    if (cuts > 0) this.#cuts.set(way, cuts);
    else this.#cuts.delete(way);
  }

  /** Whether anything that `from` sends can come to `to`. */
  isOpen(network: NetworkName, from: string, to: string): boolean {
    if (this.#cuts.size === 0) return true;
    return [`${from} ${to}`, `${from} *`, `* ${to}`].every((way) => !this.#cuts.has(`${network} ${way}`));
  }

  /** Whether any way is cut. */
  get hasCuts(): boolean {
    return this.#cuts.size > 0;
  }

  /** Further delay of one message now, in milliseconds. */
  delayNow(): number {
    return this.delay() + (this.disturbance === undefined ? 0 : this.random() * this.disturbance.delay_ms);
  }

  losesDatagram(): boolean {
    return this.disturbance !== undefined && this.random() < this.disturbance.loss;
  }

  duplicates(): boolean {
    return this.disturbance !== undefined && this.random() < this.disturbance.duplication;
  }

  /** Whose examinations of services at which addresses come to nothing, as `<server> <address>`. */
  readonly blind = new Set<string>();

  losePing(from: string, address: string): void {
    this.#pings.push({ from, address });
  }

  /** Lose the next `times` messages that match; `part` tells a request from its answer. */
  loseMessages(lost: MessageLoss, times = 1): void {
    this.#messages.push({ lost, times });
  }

  /** Whether every loss that was asked for has happened. */
  get spent(): boolean {
    return this.#pings.length === 0 && this.#messages.every((loss) => loss.times <= 0);
  }

  losesPing(from: string, address: string): boolean {
    const index = this.#pings.findIndex((ping) => ping.from === from && ping.address === address);
    if (index < 0) return false;
    this.#pings.splice(index, 1);
    return true;
  }

  losesMessage(from: string, to: string, request: Request, part: 'request' | 'answer'): boolean {
    if (this.disturbance !== undefined && this.random() < this.disturbance.loss) return true;
    const loss = this.#messages.find((candidate) => candidate.times > 0 && candidate.lost(from, to, request, part));
    if (loss === undefined) return false;
    loss.times -= 1;
    return true;
  }
}
