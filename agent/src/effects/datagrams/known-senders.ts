import { randomBytes } from 'node:crypto';
import { ReplayWindow, type Novelty } from './replay-window.ts';

/** A word is good for one proof and this long: a proof is an answer to a question that was just asked. */
const WORD_LIFE_MS = 2_000;
const ASK_AGAIN_MS = 20;

interface Sender {
  /** The life that has proved itself, with what came from it since. */
  believed: { readonly incarnation: string; readonly window: ReplayWindow } | undefined;
  asked: { readonly word: string; readonly since_ms: number; last_ms: number } | undefined;
}

/**
 * Which life of each sender is believed. Datagrams that were captured stay authentic; so another life is believed only when it sends back a
 * word that was drawn just now, and only what is counted after that.
 */
export class KnownSenders {
  readonly #senders: ReadonlyMap<string, Sender>;
  readonly #now_ms: () => number;

  constructor(names: readonly string[], now_ms: () => number = () => performance.now()) {
    this.#senders = new Map(names.map((name) => [name, { believed: undefined, asked: undefined }]));
    this.#now_ms = now_ms;
  }

  knows(name: string): boolean {
    return this.#senders.has(name);
  }

  /** @returns undefined for a life that has not proved itself */
  take(name: string, incarnation: string, counter: number, network: string): Novelty | undefined {
    const believed = this.#senders.get(name)?.believed;
    return believed?.incarnation === incarnation ? believed.window.take(counter, network) : undefined;
  }

  /** @returns the word to send to it; undefined where it was asked a moment ago */
  wordFor(name: string): string | undefined {
    const sender = this.#senders.get(name);
    if (sender === undefined) return undefined;
    const now_ms = this.#now_ms();
    if (sender.asked === undefined || now_ms - sender.asked.since_ms > WORD_LIFE_MS / 2) {
      sender.asked = { word: randomBytes(16).toString('hex'), since_ms: now_ms, last_ms: now_ms };
      return sender.asked.word;
    }
    if (now_ms - sender.asked.last_ms < ASK_AGAIN_MS) return undefined;
    sender.asked.last_ms = now_ms;
    return sender.asked.word;
  }

  /** @returns whether it was asked for that word, and just now */
  prove(name: string, incarnation: string, counter: number, word: string | undefined): boolean {
    const sender = this.#senders.get(name);
    const asked = sender?.asked;
    if (sender === undefined || asked === undefined || word !== asked.word) return false;
    sender.asked = undefined;
    if (this.#now_ms() - asked.since_ms > WORD_LIFE_MS) return false;
    if (sender.believed?.incarnation !== incarnation) sender.believed = { incarnation, window: new ReplayWindow(counter) };
    return true;
  }
}
