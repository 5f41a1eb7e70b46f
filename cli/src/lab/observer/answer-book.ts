import type { AddressSummary, AnswerKind, Observation } from './observation.ts';

/** An answer of a machine to the question of a round. */
export interface Answer {
  readonly what: AnswerKind;
  readonly round: number;
  readonly server: string;
  readonly by: string;
  readonly received_ms: number;
}

export interface AnswerBookOptions {
  readonly servers: readonly string[];
  readonly every_ms: number;
  readonly say: (observation: Observation) => void;
}

/** A round is judged when no answer to it can be expected any more. */
export const SETTLED_MS = 1000;
/** Who has not answered for so long has stopped answering. */
const PAUSE_MS = 100;

interface Round {
  readonly number: number;
  readonly sent_ms: number;
  /** First answer of each machine, by server. */
  readonly answers: Map<string, Map<string, number>>;
  readonly accepted: Set<string>;
}

interface Interval {
  readonly what: AnswerKind;
  readonly server: string;
  readonly by: string;
  readonly from_ms: number;
  /** When the last question that it answered was asked. */
  last_ms: number;
  answers: number;
}

/**
 * Keeps the answers of all rounds until they can be judged: who answered for an address how long, when two did, and when nobody accepted a
 * connection. Knows no clock: times come in.
 */
export class AnswerBook {
  readonly #options: AnswerBookOptions;
  readonly #open = new Map<number, Round>();
  readonly #intervals = new Map<string, Interval>();
  readonly #summaries: Map<string, { -readonly [Key in keyof AddressSummary]: AddressSummary[Key] }>;
  readonly #unreachableSince = new Map<string, number>();
  #judged_ms = 0;

  constructor(options: AnswerBookOptions) {
    this.#options = options;
    this.#summaries = new Map(options.servers.map((server) => [server, { server, doubles: 0, handovers: 0, unreachable_ms: 0 }]));
  }

  asked(round: number, sent_ms: number): void {
    this.#open.set(round, { number: round, sent_ms, answers: new Map(), accepted: new Set() });
  }

  /** @returns false when there is no such round any more: the answer came too late to be judged */
  answered({ what, round, server, by, received_ms }: Answer): boolean {
    const asked = this.#open.get(round);
    if (asked === undefined) return false;
    const answers = asked.answers.get(server) ?? new Map<string, number>();
    asked.answers.set(server, answers);
    if (!answers.has(by)) answers.set(by, received_ms);
    if (what === 'tcp') asked.accepted.add(server);
    this.#prolong(what, server, by, asked.sent_ms, received_ms);
    return true;
  }

  /** Judge the rounds that are settled, and say what is known now. */
  settle(now_ms: number): void {
    for (const round of this.#open.values()) {
      if (round.sent_ms + SETTLED_MS > now_ms) break;
      this.#open.delete(round.number);
      this.#judge(round);
    }
    for (const [key, interval] of this.#intervals) if (interval.last_ms + SETTLED_MS + PAUSE_MS < now_ms) this.#end(key, interval);
  }

  /** Everything that is left, at the end. */
  close(): readonly AddressSummary[] {
    this.settle(Infinity);
    for (const [server, from_ms] of this.#unreachableSince) {
      this.#add(server, 'unreachable_ms', this.#judged_ms - from_ms);
      this.#options.say({ kind: 'unreachable', server, from_ms, to_ms: null });
    }
    return [...this.#summaries.values()];
  }

  #prolong(what: AnswerKind, server: string, by: string, sent_ms: number, received_ms: number): void {
    const key = `${what} ${server} ${by}`;
    const known = this.#intervals.get(key);
    if (known !== undefined && sent_ms <= known.last_ms + PAUSE_MS) {
      known.last_ms = Math.max(known.last_ms, sent_ms);
      known.answers += 1;
      return;
    }
    if (known !== undefined) this.#end(key, known);
    this.#intervals.set(key, { what, server, by, from_ms: received_ms, last_ms: sent_ms, answers: 1 });
  }

  #end(key: string, { what, server, by, from_ms, last_ms, answers }: Interval): void {
    this.#intervals.delete(key);
    this.#options.say({ kind: 'answered', what, server, by, from_ms, to_ms: Math.max(from_ms, last_ms), answers });
  }

  #judge(round: Round): void {
    this.#judged_ms = round.sent_ms;
    for (const [server, answers] of round.answers) if (answers.size > 1) this.#judgeSeveral(round, server, answers);
    for (const server of this.#options.servers) this.#judgeReach(round, server);
  }

  #judgeSeveral(round: Round, server: string, answers: ReadonlyMap<string, number>): void {
    const [earliest, ...later] = [...answers].sort((a, b) => a[1] - b[1]);
    const first = earliest?.[0] ?? '';
    if (!later.some(([second, received_ms]) => this.#together(round, server, first, second, received_ms))) {
      this.#add(server, 'handovers', 1);
      return;
    }
    this.#add(server, 'doubles', 1);
    this.#options.say({ kind: 'double', server, round: round.number, at_ms: round.sent_ms, by: [...answers.keys()] });
  }

  /**
   * Did both have the address at one moment? An answer proves that its sender had it at some moment from the question to the answer. Within one
   * instant no address changes hands; an answer that came later proves it only when the first still answered after it, or the second already did
   * before the question.
   */
  #together(round: Round, server: string, first: string, second: string, received_ms: number): boolean {
    if (received_ms - round.sent_ms < this.#options.every_ms) return true;
    const intervals = (by: string): Interval[] =>
      (['arp', 'tcp'] as const).flatMap((what) => this.#intervals.get(`${what} ${server} ${by}`) ?? []);
    return (
      intervals(first).some(({ from_ms, last_ms }) => last_ms >= received_ms && from_ms <= received_ms) ||
      intervals(second).some(({ from_ms, last_ms }) => from_ms <= round.sent_ms && last_ms >= round.sent_ms)
    );
  }

  #judgeReach(round: Round, server: string): void {
    const since = this.#unreachableSince.get(server);
    if (!round.accepted.has(server)) {
      if (since === undefined) this.#unreachableSince.set(server, round.sent_ms);
      return;
    }
    if (since === undefined) return;
    this.#unreachableSince.delete(server);
    this.#add(server, 'unreachable_ms', round.sent_ms - since);
    this.#options.say({ kind: 'unreachable', server, from_ms: since, to_ms: round.sent_ms });
  }

  #add(server: string, what: 'doubles' | 'handovers' | 'unreachable_ms', more: number): void {
    const summary = this.#summaries.get(server);
    if (summary !== undefined) summary[what] += more;
  }
}
