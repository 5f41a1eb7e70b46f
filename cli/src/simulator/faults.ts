import type { Request } from '@dbss/agent/protocol/sem/messages.ts';

type MessageLoss = (from: string, to: string, request: Request, part: 'request' | 'answer') => boolean;

/** What gets lost or late in the world. Nothing does unless a test says so. */
export class Faults {
  #pings: { from: string; address: string }[] = [];
  #messages: { lost: MessageLoss; times: number }[] = [];
  /** So many magic packets wake nobody. */
  magicPacketsLost = 0;
  /** Further delay of a message in milliseconds. */
  delay: () => number = () => 0;

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
    const loss = this.#messages.find((candidate) => candidate.times > 0 && candidate.lost(from, to, request, part));
    if (loss === undefined) return false;
    loss.times -= 1;
    return true;
  }
}
