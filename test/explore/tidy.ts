import type { Ask } from '@dbss/agent/protocol/ownership/ownership-messages.ts';
import type { Interned } from './canonical.ts';
import { livingMarks, type Machine, type Message } from './machine.ts';
import { ADDRESS, type Scope } from './scope.ts';
import type { World } from './world-state.ts';

/** New numbers for the sequences of one holder. */
type Renaming = ReadonlyMap<number, number>;

/**
 * Brings worlds that differ in nothing that matters to one shape: sequences are only compared, so that they can be counted from 1 anew, and a yes to
 * an ask that is no longer in the holder's kernel, nor is any before it, changes nothing that passes.
 */
export class Tidying {
  readonly #scope: Scope;
  readonly #machines: Interned<Machine>;
  readonly #messages: Interned<Message>;
  readonly #sequencesOf = new Map<string, readonly number[]>();
  readonly #renamed = new Map<string, number>();

  constructor(scope: Scope, machines: Interned<Machine>, messages: Interned<Message>) {
    this.#scope = scope;
    this.#machines = machines;
    this.#messages = messages;
  }

  tidy(world: World): World {
    let machines = world.machines;
    let messages = world.messages.filter((number) => !this.#isDead(world, number));
    for (const holder of this.#scope.claimants) {
      const used = new Set<number>();
      for (const number of machines) for (const sequence of this.#sequences(this.#machines, 'machine', number, holder)) used.add(sequence);
      for (const number of messages) for (const sequence of this.#sequences(this.#messages, 'message', number, holder)) used.add(sequence);
      const sorted = [...used].sort((one, other) => one - other);
      const owner = machines[this.#scope.machines.findIndex(({ name }) => name === holder)] ?? 0;
      if (this.#machines.view(owner).core.holder.nextSequence === sorted.length + 1 && (sorted.at(-1) ?? 0) === sorted.length) continue;
      const renaming = new Map(sorted.map((sequence, index) => [sequence, index + 1]));
      const key = `${holder} ${sorted.join()}`;
      machines = machines.map((number) =>
        this.#rename(this.#machines, `machine ${key}`, number, (value) => renameMachine(value, holder, renaming)),
      );
      messages = messages.map((number) =>
        this.#rename(this.#messages, `message ${key}`, number, (value) => renameMessage(value, holder, renaming)),
      );
    }
    return { ...world, machines, messages: messages.toSorted((one, other) => one - other) };
  }

  #isDead(world: World, number: number): boolean {
    const { to, message } = this.#messages.view(number);
    if (message.kind !== 'reply' || this.#scope.wrong?.relativeTimeout === true) return false;
    const machine = this.#machines.view(world.machines[this.#scope.machines.findIndex(({ name }) => name === to)] ?? 0);
    const marks = livingMarks(machine);
    const { staging } = stagingOf(machine);
    return message.replies.every(({ yes, sequence, claim }) => {
      const dead = !marks.some((mark) => mark <= sequence + 1) && staging !== sequence;
      return yes && claim.address === ADDRESS && dead;
    });
  }

  #sequences(values: Interned<Machine> | Interned<Message>, kind: string, number: number, holder: string): readonly number[] {
    const key = `${kind} ${String(number)} ${holder}`;
    const known = this.#sequencesOf.get(key);
    if (known !== undefined) return known;
    const value: Readonly<Machine | Message> = values.view(number);
    const sequences = ('core' in value ? sequencesOfMachine(value, holder) : asksOf(value, holder)).filter((one) => one > 0);
    this.#sequencesOf.set(key, sequences);
    return sequences;
  }

  #rename<T>(values: Interned<T>, key: string, number: number, work: (value: T) => void): number {
    const whole = `${key} ${String(number)}`;
    const known = this.#renamed.get(whole);
    if (known !== undefined) return known;
    const value = values.value(number);
    work(value);
    const renamed = values.number(value);
    this.#renamed.set(whole, renamed);
    return renamed;
  }
}

function stagingOf({ core }: Readonly<Machine>): { readonly staging: number | undefined } {
  const phase = core.holder.holdings[ADDRESS]?.phase;
  return { staging: phase?.kind === 'asking' ? phase.staging : undefined };
}

/** Sequences of the holder that a message carries. */
function asksOf({ message }: Message, holder: string): number[] {
  if (message.kind === 'free') return [];
  const all = message.kind === 'ask' ? message.asks : message.replies;
  return all.filter(({ claim }) => claim.holder === holder).map(({ sequence }) => sequence);
}

function sequencesOfMachine(machine: Machine, holder: string): number[] {
  const { voter } = machine.core;
  const asks = [...Object.values(voter.waiting).flatMap((one) => one.asks), ...(voter.writing?.grants ?? [])];
  const sequences = asks.filter(({ claim }) => claim.holder === holder).map(({ sequence }) => sequence);
  if (machine.name !== holder) return sequences;
  const { holder: own } = machine.core;
  const phase = own.holdings[ADDRESS]?.phase;
  if (phase?.kind === 'asking') {
    sequences.push(phase.firstSequence, phase.switched, phase.staging ?? 0, ...Object.values(phase.acked));
    sequences.push(...phase.staged.map(({ sequence }) => sequence));
  }
  sequences.push(...own.ready.map(({ sequence }) => sequence), machine.kernel.active - 1);
  sequences.push(...livingMarks(machine).map((mark) => mark - 1), ...machine.acknowledged.map(sequenceOfRequest));
  // The next one is none that is used.
  return sequences.filter((sequence) => sequence < own.nextSequence);
}

function sequenceOfRequest(request: string): number {
  return request.startsWith('ownership-stage:') ? Number(request.split(':')[1]) : 0;
}

function renameMessage(value: Message, holder: string, renaming: Renaming): void {
  if (value.message.kind === 'ask') renameAsks(value.message.asks, holder, renaming);
  else if (value.message.kind === 'reply') renameAsks(value.message.replies, holder, renaming);
}

function renameAsks(asks: readonly Pick<Ask, 'claim' | 'sequence'>[], holder: string, renaming: Renaming): void {
  for (const ask of asks as { claim: Ask['claim']; sequence: number }[]) {
    if (ask.claim.holder === holder) ask.sequence = renaming.get(ask.sequence) ?? ask.sequence;
  }
}

function renameMachine(machine: Machine, holder: string, renaming: Renaming): void {
  const { voter, holder: own } = machine.core;
  for (const { asks } of Object.values(voter.waiting)) renameAsks(asks, holder, renaming);
  if (voter.writing !== undefined) renameAsks(voter.writing.grants, holder, renaming);
  if (machine.name !== holder) return;
  const next = renaming.size + 1;
  const to = (sequence: number): number => renaming.get(sequence) ?? (sequence >= own.nextSequence ? next : sequence);
  const toMark = (mark: number): number => (mark === 0 ? 0 : to(mark - 1) + 1);
  const phase = own.holdings[ADDRESS]?.phase;
  if (phase?.kind === 'asking') {
    phase.firstSequence = to(phase.firstSequence);
    phase.switched = to(phase.switched);
    if (phase.staging !== undefined) phase.staging = to(phase.staging);
    for (const voter_ of Object.keys(phase.acked)) phase.acked[voter_] = to(phase.acked[voter_] ?? 0);
    phase.staged = phase.staged.map((one) => ({ ...one, sequence: to(one.sequence) }));
  }
  renameAsks(own.ready, holder, renaming);
  machine.kernel.active = toMark(machine.kernel.active);
  for (const element of machine.kernel.staged) element.mark = toMark(element.mark);
  machine.queue = machine.queue.map(({ work, ...rest }) => {
    if (work.kind === 'drop-lease') return { work, ...rest };
    const renamed = { ...work, mark: toMark(work.mark) };
    return { work: 'request' in renamed ? { ...renamed, request: renameRequest(renamed.request, to) } : renamed, ...rest };
  });
  machine.acknowledged = machine.acknowledged.map((request) => renameRequest(request, to));
  own.nextSequence = next;
}

function renameRequest(request: string, to: (sequence: number) => number): string {
  const sequence = sequenceOfRequest(request);
  return sequence === 0 ? request : request.replace(/:\d+:/u, `:${String(to(sequence))}:`);
}
