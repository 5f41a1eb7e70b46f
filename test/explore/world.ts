import { Interned } from './canonical.ts';
import { type Doing, type Machine, MachineModel, type Message, passes, type Told } from './machine.ts';
import { ADDRESS, CHANCES, type Chance, type Scope } from './scope.ts';
import { Tidying } from './tidy.ts';
import type { History, World } from './world-state.ts';

/** One step of a history, in words, and the worlds that it may lead to: one for each choice of the messages that are lost. */
export interface Move {
  readonly what: () => string;
  readonly worlds: readonly World[];
}

const ENDLESS = 999;

/** What one machine comes to by one event. */
interface Outcome {
  readonly machine: number;
  readonly messages: readonly number[];
}

/** The moves of a scope. What a machine does depends on its own state alone, so it is worked out once for each. */
export class WorldModel {
  readonly scope: Scope;
  readonly machines = new Interned<Machine>();
  readonly messages = new Interned<Message>();
  readonly histories = new Interned<History>();
  readonly #model: MachineModel;
  readonly #tidying: Tidying;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #doings = new Map<number, readonly Doing[]>();

  constructor(scope: Scope) {
    this.scope = scope;
    this.#model = new MachineModel(scope);
    this.#tidying = new Tidying(scope, this.machines, this.messages);
  }

  first(): World {
    const machines = this.scope.machines.map(({ name }) => this.#model.first(name));
    const holder = machines.find(({ name }) => name === this.scope.claimants[0]);
    if (this.scope.held !== undefined && holder !== undefined) {
      this.#deliverAll(machines, this.#model.tell(holder, { kind: 'hold', address: ADDRESS }));
    }
    const history = this.histories.number({ winners: {}, configurations: {} });
    const left = CHANCES.map((chance) => this.scope.chances[chance] ?? (chance === 'timer' ? ENDLESS : 0));
    const world = { machines: machines.map((one) => this.machines.number(one)), messages: [], left, steps: 0, wants: 0, history };
    return this.#tidying.tidy({ ...world, history: this.#record(world, world.machines) });
  }

  #deliverAll(machines: readonly Machine[], messages: Message[]): void {
    for (;;) {
      for (const machine of machines) {
        for (;;) {
          const doing = this.#model.doings(machine).find((one) => one !== 'timer');
          if (doing === undefined) break;
          messages.push(...this.#model.do(machine, doing));
        }
      }
      const next = messages.shift();
      const to = machines.find(({ name }) => name === next?.to);
      if (next === undefined || to === undefined) return;
      if (![this.scope.claimants[0], ...(this.scope.held ?? [])].includes(to.name)) continue;
      messages.push(...this.#model.tell(to, { kind: 'datagram', from: next.from, message: next.message }));
    }
  }

  moves(world: World): Move[] {
    const moves: Move[] = [];
    this.scope.machines.forEach(({ name }, index) => {
      const number = world.machines[index] ?? 0;
      for (const doing of this.#doingsOf(number)) {
        const outcome = this.#outcome(number, doing, (machine) => this.#model.do(machine, doing));
        const spent = doing !== 'timer' ? world : this.#may('timer', name) ? this.#spend(world, 'timer') : undefined;
        if (spent !== undefined) moves.push(this.#move(spent, index, outcome, () => `${name}: ${this.#words(number, doing)}`));
      }
      this.#addChances(world, index, moves);
    });
    this.#addArrivals(world, moves);
    if (world.steps < this.scope.steps) {
      const machines = world.machines.map((number) => this.#outcome(number, 'pass', (machine) => this.#pass(machine)).machine);
      moves.push({ what: () => 'time passes', worlds: [this.#tidying.tidy({ ...world, machines, steps: world.steps + 1 })] });
    }
    return moves;
  }

  #addArrivals(world: World, moves: Move[]): void {
    world.messages.forEach((number, at) => {
      if (number === world.messages[at - 1]) return;
      const { from, to, message } = this.messages.view(number);
      const index = this.scope.machines.findIndex(({ name }) => name === to);
      const machine = world.machines[index] ?? 0;
      if (this.machines.view(machine).off) return;
      const outcome = this.#outcome(machine, `arrives ${String(number)}`, (one) =>
        this.#model.tell(one, { kind: 'datagram', from, message }),
      );
      const rest = world.messages.filter((_, index_) => index_ !== at);
      const what = (): string => `${to} takes ${tellMessage(from, message)}`;
      moves.push(this.#move({ ...world, messages: rest }, index, outcome, what));
      const again = this.#may('duplicate', to) ? this.#spend(world, 'duplicate') : undefined;
      if (again !== undefined) moves.push(this.#move(again, index, outcome, () => `${what()}, which will come once more`));
    });
  }

  #addChances(world: World, index: number, moves: Move[]): void {
    const number = world.machines[index] ?? 0;
    const machine = this.machines.view(number);
    const { name } = machine;
    const wanted = machine.core.holder.holdings[ADDRESS]?.wanted === true;
    const claims = this.scope.claimants.includes(name);
    const add = (chance: Chance, what: string, work: (one: Machine) => Message[]): void => {
      const spent = this.#may(chance, name) ? this.#spend(world, chance) : undefined;
      if (spent === undefined) return;
      moves.push(this.#move(spent, index, this.#outcome(number, what, work), () => `${name}: ${what}`));
    };
    const tell = (chance: Chance, what: string, event: Told): void => add(chance, what, (one) => this.#model.tell(one, event));
    add('reboot', 'power off and on', (one) => this.#model.reboot(one));
    if (machine.off) return;
    add('restart', 'its agent is killed and starts again', (one) => this.#model.restart(one));
    add('stop', 'its agent is stopped and starts again', (one) => this.#model.stop(one));
    if (claims && wanted) tell('give-up', 'is told to give up', { kind: 'give-up', address: ADDRESS });
    if (claims && !wanted) tell('hold', 'is told to hold', { kind: 'hold', address: ADDRESS });
    if (claims && wanted) tell('prepare', 'prepares for a restart', { kind: 'prepare-restart' });
    const want = this.scope.wants?.[world.wants];
    if (want?.leader === name) {
      const what = `is to lead to the voters ${want.voters.join(', ')}`;
      const spent = this.#spend(world, 'want');
      const outcome = this.#outcome(number, what, (one) => this.#model.tell(one, { kind: 'want-voters', voters: want.voters }));
      if (spent !== undefined) moves.push(this.#move({ ...spent, wants: world.wants + 1 }, index, outcome, () => `${name}: ${what}`));
    }
    this.#addFences(world, index, moves);
  }

  /** This machine reads a claim of another from a voter, switches the other off and tells the voters. */
  #addFences(world: World, index: number, moves: Move[]): void {
    const number = world.machines[index] ?? 0;
    const self = this.scope.machines[index]?.name ?? '';
    const spent = this.#may('fence', self) ? this.#spend(world, 'fence') : undefined;
    if (spent === undefined) return;
    const known = new Map(world.machines.map((one) => this.machines.view(one).disk.granted[ADDRESS]).map((one) => [one?.nonce, one]));
    for (const granted of known.values()) {
      if (granted === undefined || granted.holder === self) continue;
      const fencedAt = this.scope.machines.findIndex(({ name }) => name === granted.holder);
      const fenced = this.#outcome(world.machines[fencedAt] ?? 0, 'off', (one) => {
        this.#model.powerOff(one);
        return [];
      });
      const claim = { address: ADDRESS, ...granted };
      const outcome = this.#outcome(number, `fenced ${claim.nonce}`, (one) => this.#model.tell(one, { kind: 'fenced', claim }));
      const machines = world.machines.with(fencedAt, fenced.machine);
      moves.push(this.#move({ ...spent, machines }, index, outcome, () => `${self}: switches ${granted.holder} off and says so`));
    }
  }

  #may(chance: Chance, name: string): boolean {
    return this.scope.only?.[chance]?.includes(name) ?? true;
  }

  #spend(world: World, chance: Chance): World | undefined {
    const at = CHANCES.indexOf(chance);
    const left = world.left[at] ?? 0;
    if (left === ENDLESS) return world;
    return left > 0 ? { ...world, left: world.left.with(at, left - 1) } : undefined;
  }

  #doingsOf(number: number): readonly Doing[] {
    const known = this.#doings.get(number);
    if (known !== undefined) return known;
    const doings = this.#model.doings(this.machines.view(number));
    this.#doings.set(number, doings);
    return doings;
  }

  #outcome(number: number, what: string, work: (machine: Machine) => readonly Message[]): Outcome {
    const key = `${String(number)} ${what}`;
    const known = this.#outcomes.get(key);
    if (known !== undefined) return known;
    const machine = this.machines.value(number);
    const messages = work(machine).map((message) => this.messages.number(message));
    const outcome = { machine: this.machines.number(machine), messages };
    this.#outcomes.set(key, outcome);
    return outcome;
  }

  #pass(machine: Machine): Message[] {
    this.#model.pass(machine);
    return [];
  }

  /** Any of the messages that were sent may be lost; those that arrive must have room. */
  #move(world: World, index: number, { machine, messages }: Outcome, what: () => string): Move {
    const machines = world.machines.with(index, machine);
    let choices: (readonly number[])[] = [world.messages];
    for (const message of new Set(messages)) {
      choices = choices.flatMap((choice) =>
        choice.length >= this.scope.messages || choice.includes(message) ? [choice] : [choice, [...choice, message]],
      );
    }
    const history = this.#record(world, machines);
    return { what, worlds: choices.map((choice) => this.#tidying.tidy({ ...world, machines, history, messages: choice })) };
  }

  /** Who holds by which epoch, and what each configuration looks like. */
  #record(world: World, machines: readonly number[]): number {
    const facts = machines.map((number) => this.facts(number));
    const news = facts.flatMap(({ holds }) => (holds === undefined ? [] : [['winners', holds.epoch, holds.who] as const]));
    const versions = facts.map(({ version, voters }) => ['configurations', version, voters] as const);
    let history: History = this.histories.view(world.history);
    for (const [what, key, value] of this.scope.wants === undefined ? news : [...news, ...versions]) {
      if (history[what][key] === undefined) history = { ...history, [what]: { ...history[what], [key]: value } };
    }
    return history === this.histories.view(world.history) ? world.history : this.histories.number(history);
  }

  readonly #facts = new Map<number, Facts>();

  /** What is checked about a machine. */
  facts(number: number): Facts {
    const known = this.#facts.get(number);
    if (known !== undefined) return known;
    const facts = factsOf(this.machines.view(number));
    this.#facts.set(number, facts);
    return facts;
  }

  #words(number: number, doing: Doing): string {
    const machine = this.machines.view(number);
    if (doing === 'timer') return 'its timer expires';
    if (doing === 'acknowledge') return `hears that the kernel has done ${machine.acknowledged[0] ?? ''}`;
    if (doing === 'kernel') {
      const work = machine.queue[0]?.work;
      const mark = work === undefined || work.kind === 'drop-lease' ? '' : ` ${String(work.mark)}`;
      return `the kernel does ${work?.kind ?? ''}${mark}`;
    }
    const write = machine.writes[Number(doing.split(' ')[1])];
    return write?.done === true ? `hears that ${write.write.request} is written` : `${write?.write.request ?? ''} is written`;
  }
}

export interface Facts {
  readonly name: string;
  readonly passes: boolean;
  readonly holds: { readonly epoch: string; readonly who: string } | undefined;
  /** The nonce of the claim that its voter supports now. */
  readonly locked: string | undefined;
  /** Its voter refuses everything. */
  readonly mute: boolean;
  readonly uuid: string;
  readonly term: number;
  readonly ver: number;
  readonly version: string;
  readonly voters: string;
  readonly configured: readonly { readonly name: string; readonly uuid: string; readonly weight: number }[];
}

function factsOf(machine: Machine): Facts {
  const { core, disk, name, off } = machine;
  const [claim] = machine.claims;
  const lock = core.voter.locks[ADDRESS];
  const { configuration } = core.document;
  const passing = !off && passes(machine);
  return {
    name,
    passes: passing,
    holds: passing ? { epoch: String(claim?.epoch), who: `${name} by ${claim?.nonce ?? 'no claim'}` } : undefined,
    locked: lock !== undefined && !lock.freed && lock.until_mono_ms > 0 && !off ? lock.claim.nonce : undefined,
    mute: off || core.voter.notBefore_mono_ms > 0,
    uuid: disk.uuid,
    term: configuration?.term ?? 0,
    ver: configuration?.version ?? 0,
    version: `${String(configuration?.term)}.${String(configuration?.version)}`,
    voters: (configuration?.voters ?? []).map(({ name: voter, uuid, weight }) => `${voter} ${uuid} ${String(weight)}`).join(),
    configured: configuration?.voters ?? [],
  };
}

function tellMessage(from: string, message: Message['message']): string {
  const who = ({ holder, epoch, nonce }: { holder: string; epoch: number; nonce: string }): string =>
    `claim ${nonce.replace(/0+$/u, '')} of ${holder}, epoch ${String(epoch)}`;
  switch (message.kind) {
    case 'ask':
      return `the ask of ${from} (${message.asks.map(({ claim, sequence, length }) => `${length}, ${String(sequence)}, ${who(claim)}`).join('; ')}), voters ${String(message.configuration.term)}.${String(message.configuration.version)}`;
    case 'free':
      return `the Free of ${from} (${who(message.claim)})`;
    case 'reply':
      return `the answer of ${from} (${message.replies.map(({ yes, sequence, claim }) => `${yes ? 'yes' : 'no'} to ${String(sequence)}, ${who(claim)}`).join('; ')})`;
  }
}
