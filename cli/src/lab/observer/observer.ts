import { setTimeout as delay } from 'node:timers/promises';
import { AnswerBook, SETTLED_MS } from './answer-book.ts';
import { arpProbe, ASKING_MACS, askingPort, parseArpAnswer, parseTcpAnswer, tcpEnd, tcpQuestion } from './frames.ts';
import { Lateness } from './lateness.ts';
import type { Observation, ObservedAddress, ObserverTask } from './observation.ts';
import { openPacketSocket, type PacketSocket } from './packet-socket.ts';

const TYPE_ARP = 0x0806;
const TYPE_IPV4 = 0x0800;
/** Who has answered for an address within this time is asked for a connection. */
const ANSWERED_LATELY_MS = 1000;

/**
 * Asks in rounds, on every interface and for every address: who has it (ARP), and, of everybody who says so, will you accept a connection (a
 * SYN that is taken back)? Runs until the signal or the end of its time, and ends with the summary.
 *
 * @throws BrokenError when an interface cannot be used
 */
export async function observe(task: ObserverTask, say: (observation: Observation) => void, signal: AbortSignal): Promise<void> {
  const observer = new Observer(task, say);
  try {
    await observer.run(signal);
  } finally {
    observer.close();
  }
}

class Observer {
  readonly #task: ObserverTask;
  readonly #say: (observation: Observation) => void;
  readonly #book: AnswerBook;
  readonly #lateness = new Lateness();
  readonly #arp: readonly PacketSocket[];
  readonly #tcp: PacketSocket;
  /** When a MAC address last answered for an address on the first interface, by server. */
  readonly #answering = new Map<string, Map<string, number>>();
  readonly #byAddress: ReadonlyMap<string, ObservedAddress>;

  constructor(task: ObserverTask, say: (observation: Observation) => void) {
    const [first] = task.interfaces;
    if (first === undefined) throw new Error('observer: no interface to ask on');
    this.#task = task;
    this.#say = say;
    this.#book = new AnswerBook({ servers: task.targets.map(({ server }) => server), every_ms: task.every_ms, say });
    this.#arp = task.interfaces.map((name) => openPacketSocket(name, TYPE_ARP));
    this.#tcp = openPacketSocket(first, TYPE_IPV4);
    this.#byAddress = new Map(task.targets.map((target) => [target.address, target]));
  }

  async run(signal: AbortSignal): Promise<void> {
    const { every_ms, duration_ms } = this.#task;
    const begin_ms = performance.now();
    const elapsed_ms = (): number => performance.now() - begin_ms;
    this.#say({ kind: 'watching', at_ms: Date.now() });
    let rounds = 0;
    let beat = 0;
    for (; beat * every_ms < duration_ms && !signal.aborted; beat = Math.max(beat + 1, Math.floor(elapsed_ms() / every_ms))) {
      await delay(Math.max(0, beat * every_ms - elapsed_ms()));
      this.#receive(rounds);
      this.#book.settle(Date.now());
      this.#lateness.round(beat * every_ms, elapsed_ms());
      this.#ask(rounds);
      rounds += 1;
    }
    await delay(SETTLED_MS);
    this.#receive(rounds);
    const framesLost = [...this.#arp, this.#tcp].reduce((sum, socket) => sum + socket.dropped(), 0);
    const addresses = this.#book.close();
    this.#say({ kind: 'summary', ...this.#lateness.summary(), leftOut: beat - rounds, framesLost, addresses });
  }

  close(): void {
    for (const socket of [...this.#arp, this.#tcp]) socket.close();
  }

  #ask(round: number): void {
    const now_ms = Date.now();
    this.#book.asked(round, now_ms);
    for (const target of this.#task.targets) {
      const probe = arpProbe(target.address, round);
      for (const socket of this.#arp) socket.send(probe);
      for (const [mac, answered_ms] of this.#answering.get(target.server) ?? []) {
        if (answered_ms + ANSWERED_LATELY_MS < now_ms) continue;
        this.#tcp.send(tcpQuestion(this.#end(round), { ...target, mac }, round));
      }
    }
  }

  /** @param next number of the round that comes next: no answer can belong to it */
  #receive(next: number): void {
    for (const [index, socket] of this.#arp.entries()) {
      socket.receive(({ bytes, received_ms }) => {
        const answer = parseArpAnswer(bytes);
        const target = answer === undefined ? undefined : this.#byAddress.get(answer.address);
        if (answer === undefined || target === undefined) return;
        if (index === 0) this.#remember(target.server, answer.mac, received_ms);
        this.#note('arp', latestRound(next, answer.roundTag), target.server, answer.mac, received_ms);
      });
    }
    this.#tcp.receive(({ bytes, received_ms }) => {
      const answer = parseTcpAnswer(bytes, this.#task.source);
      const target = answer === undefined ? undefined : this.#byAddress.get(answer.address);
      if (answer === undefined || target?.port !== answer.port) return;
      this.#tcp.send(tcpEnd(this.#end(answer.round), answer, answer.round));
      this.#note('tcp', answer.round, target.server, answer.mac, received_ms);
    });
  }

  #remember(server: string, mac: string, received_ms: number): void {
    const known = this.#answering.get(server) ?? new Map<string, number>();
    this.#answering.set(server, known.set(mac, received_ms));
  }

  #note(what: 'arp' | 'tcp', round: number, server: string, mac: string, received_ms: number): void {
    this.#book.answered({ what, round, server, by: this.#task.machines[mac] ?? mac, received_ms });
  }

  #end(round: number): { readonly mac: string; readonly address: string; readonly port: number } {
    return { mac: this.#tcp.mac, address: this.#task.source, port: askingPort(round) };
  }
}

/** The last round before `next` that has this tag. */
function latestRound(next: number, tag: number): number {
  const newest = next - 1;
  return newest - ((newest - tag + ASKING_MACS) % ASKING_MACS);
}
