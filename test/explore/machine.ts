/** One machine: the real core, its kernel, its disk, its /run and what is under way between them. Its own time is always 0: deadlines come nearer. */
import type { Claim } from '@dbss/agent/protocol/ownership/claim.ts';
import type { OwnershipEffect } from '@dbss/agent/protocol/ownership/ownership-effects.ts';
import type { OwnershipEvent, OwnershipOutcome } from '@dbss/agent/protocol/ownership/ownership-events.ts';
import type { OwnershipMessage } from '@dbss/agent/protocol/ownership/ownership-messages.ts';
import type { Asking, OwnershipState } from '@dbss/agent/protocol/ownership/ownership-state.ts';
import { advanceOwnership, initialOwnershipState, OWNERSHIP_TIMER } from '@dbss/agent/protocol/ownership/ownership-step.ts';
import type { VoterMemory } from '@dbss/agent/protocol/ownership/voter-memory.ts';
import { voterMemoryOf } from '@dbss/agent/protocol/ownership/voter/recall.ts';
import type { VoterDocument } from '@dbss/agent/protocol/ownership/voter-document.ts';
import type { OwnershipConfiguration } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import { comeNearer } from './canonical.ts';
import { ADDRESS, type Scope, STEP } from './scope.ts';

type KernelWork = Extract<OwnershipEffect, { readonly kind: 'stage-lease' | 'switch-lease' | 'drop-lease' }>;
type Write = Extract<OwnershipEffect, { readonly kind: 'store-voter' | 'store-claim' }>;
export type Told = OwnershipEvent extends infer E ? (E extends OwnershipEvent ? Omit<E, 'now'> : never) : never;

export interface Message {
  readonly from: string;
  readonly to: string;
  readonly message: OwnershipMessage;
}

export interface Machine {
  readonly name: string;
  off: boolean;
  core: Omit<OwnershipState, 'self' | 'inventory'>;
  disk: VoterDocument;
  claims: Claim[];
  /** `left`: how much of its own time an element lasts. */
  kernel: { active: number; staged: { mark: number; left: number }[] };
  /** Asked of the kernel and not done; the kernel takes one after the other. `left` stands only where the kernel is wrong. */
  queue: { readonly work: KernelWork; readonly left?: number }[];
  /** Done by the kernel, which the agent does not know yet. */
  acknowledged: string[];
  writes: { readonly write: Write; done: boolean }[];
  nonces: number;
  /** Own time since the last event; kept only where the runtime is wrong. */
  idle: number;
}

const LONGEST_IDLE = 30;

/** What a machine can do by itself next. */
export type Doing = 'timer' | 'kernel' | 'acknowledge' | `write ${number}` | `written ${number}`;

export class MachineModel {
  readonly #scope: Scope;
  readonly #inventory: OwnershipConfiguration;
  /** Where the time of an event may be one that is over, deadlines that have just passed must still be told apart. */
  readonly #floor: number;

  constructor(scope: Scope) {
    this.#scope = scope;
    this.#floor = scope.wrong?.cachedClock === true ? -LONGEST_IDLE : 0;
    const voters = scope.machines.map(({ name, weight }) => ({ name, weight, serviceAddress: '', semAddress: '', witness: weight > 1 }));
    this.#inventory = { no_quorum: 'stop', duplicate_address: 'refuse', voters, lease: scope.lease };
  }

  /** Started so long ago that nothing is waited for any more. */
  first(name: string): Machine {
    const all = this.#scope.machines.map((one) => ({ name: one.name, uuid: `disk of ${one.name}`, weight: one.weight }));
    const { version, voters } = this.#scope.configured?.[name] ?? { version: 1, voters: all.map((one) => one.name) };
    const configuration = { term: 1, version, voters: all.filter((one) => voters.includes(one.name)) };
    const disk = { uuid: `disk of ${name}`, configuration, granted: {} };
    const machine: Machine = {
      name,
      off: false,
      core: initialOwnershipState(name, this.#inventory),
      disk,
      claims: [],
      kernel: { active: 0, staged: [] },
      queue: [],
      acknowledged: [],
      writes: [],
      nonces: 0,
      idle: 0,
    };
    this.restart(machine);
    comeNearer(machine.core, 1000, this.#floor);
    return machine;
  }

  /** The agent is stopped, and leaves what its voter remembers to the one that starts. */
  stop(machine: Machine): Message[] {
    return this.restart(machine, voterMemoryOf({ ...machine.core, self: machine.name, inventory: this.#inventory }, 0));
  }

  /** The agent dies with all it was about to do, and another one starts. The kernel and /run stay. */
  restart(machine: Machine, memory?: VoterMemory): Message[] {
    const boot_us = machine.core.holder.nextSequence;
    machine.core = initialOwnershipState(machine.name, this.#inventory);
    machine.queue = [];
    machine.acknowledged = [];
    machine.writes = [];
    return this.tell(machine, { kind: 'started', document: machine.disk, claims: machine.claims, boot_us, memory });
  }

  /** Power off and on: only the disk stays. */
  reboot(machine: Machine): Message[] {
    machine.off = false;
    machine.claims = [];
    machine.kernel = { active: 0, staged: [] };
    if (this.#scope.wrong?.blankDisk === true) {
      const { configuration } = this.first(machine.name).disk;
      machine.disk = { uuid: machine.disk.uuid, configuration, granted: {} };
    }
    return this.restart(machine);
  }

  powerOff(machine: Machine): void {
    machine.off = true;
    machine.kernel = { active: 0, staged: [] };
  }

  /** The core takes an event; what it asks for is under way then, or done where nothing is explored between. */
  tell(machine: Machine, event: Told): Message[] {
    const messages = this.#tell(machine, event);
    if (this.#scope.apart === true) return messages;
    for (;;) {
      const doing = this.doings(machine).find((one) => one !== 'timer');
      if (doing === undefined) return messages;
      messages.push(...this.do(machine, doing));
    }
  }

  #tell(machine: Machine, event: Told): Message[] {
    const messages: Message[] = [];
    const events: Told[] = [event];
    for (let told = events.shift(); told !== undefined; told = events.shift()) {
      const state: OwnershipState = { ...machine.core, self: machine.name, inventory: this.#inventory };
      const mono_ms = this.#scope.wrong?.cachedClock === true && told.kind === 'datagram' ? -machine.idle : 0;
      machine.idle = 0;
      const { effects } = advanceOwnership(state, { ...told, now: { mono_ms, unix_ms: mono_ms } });
      const { started, document, voter, holder, leader, tick_mono_ms } = state;
      machine.core = { started, document, voter, holder, leader, tick_mono_ms };
      for (const effect of effects) this.#begin(machine, effect, messages, events);
    }
    this.#forget(machine);
    return messages;
  }

  /** What the machine can do now. */
  doings(machine: Machine): Doing[] {
    if (machine.off) return [];
    const doings: Doing[] = [];
    if (machine.core.tick_mono_ms !== undefined && machine.core.tick_mono_ms <= 0) doings.push('timer');
    if (machine.queue.length > 0) doings.push('kernel');
    if (machine.acknowledged.length > 0) doings.push('acknowledge');
    machine.writes.forEach(({ done }, index) => doings.push(done ? `written ${index}` : `write ${index}`));
    return doings;
  }

  do(machine: Machine, doing: Doing): Message[] {
    if (doing === 'timer') return this.tell(machine, { kind: 'timer', timer: OWNERSHIP_TIMER });
    const done: OwnershipOutcome = { kind: 'done' };
    const acknowledge = (): Message[] => {
      const request = machine.acknowledged.shift();
      return request === undefined ? [] : this.#tell(machine, { kind: 'result', request, outcome: done });
    };
    if (doing === 'acknowledge') return acknowledge();
    if (doing === 'kernel') {
      this.#kernelWorks(machine);
      return [];
    }
    const index = Number(doing.split(' ')[1]);
    const write = machine.writes[index];
    if (write === undefined) return [];
    if (write.done) {
      machine.writes.splice(index, 1);
      return this.#tell(machine, { kind: 'result', request: write.write.request, outcome: done });
    }
    write.done = true;
    if (write.write.kind === 'store-voter') machine.disk = write.write.document;
    else machine.claims = write.write.claim === undefined ? [] : [write.write.claim];
    return [];
  }

  /** One step of true time by this machine's clock. */
  pass(machine: Machine): void {
    const clock = this.#scope.machines.find(({ name }) => name === machine.name)?.clock ?? 'true';
    comeNearer(machine.core, STEP[clock], this.#floor);
    if (this.#scope.wrong?.cachedClock === true) machine.idle = Math.min(machine.idle + STEP[clock], LONGEST_IDLE);
    const staged = machine.kernel.staged.map(({ mark, left }) => ({ mark, left: left - STEP[clock] }));
    machine.kernel.staged = staged.filter(({ left }) => left > 0);
    this.#forget(machine);
  }

  #begin(machine: Machine, effect: OwnershipEffect, messages: Message[], events: Told[]): void {
    switch (effect.kind) {
      case 'log':
      case 'set-timer':
      case 'cancel-timer':
        return;
      case 'send-datagram':
        messages.push({ from: machine.name, to: effect.to, message: effect.message });
        return;
      case 'draw-nonce': {
        machine.nonces += 1;
        // It ends in zeros: pauses are as short as can be, and every timer may be late.
        const nonce = `${machine.name}${String(machine.nonces)}`.padEnd(32, '0');
        events.push({ kind: 'result', request: effect.request, outcome: { kind: 'nonce', nonce } });
        return;
      }
      case 'stage-lease':
      case 'switch-lease':
      case 'drop-lease':
        machine.queue.push(this.#queued(machine, effect));
        return;
      case 'store-claim':
      case 'store-voter':
        machine.writes.push({ write: effect, done: false });
    }
  }

  #queued(machine: Machine, work: KernelWork): Machine['queue'][number] {
    if (this.#scope.wrong?.relativeTimeout !== true || work.kind !== 'switch-lease') return { work };
    const phase = machine.core.holder.holdings[ADDRESS]?.phase;
    const staged = phase?.kind === 'asking' ? phase.staged.find(({ sequence }) => sequence + 1 === work.mark) : undefined;
    return { work, left: (staged?.until_mono_ms ?? 0) + this.#scope.lease.kernel_guard_ms };
  }

  #kernelWorks(machine: Machine): void {
    const next = machine.queue.shift();
    if (next === undefined) return;
    const { work, left } = next;
    const { kernel } = machine;
    if (work.kind === 'drop-lease') {
      machine.kernel = { active: 0, staged: [] };
      machine.acknowledged.push(work.request);
    } else if (work.kind === 'switch-lease') {
      kernel.active = work.mark;
      if (left !== undefined) kernel.staged = [{ mark: work.mark, left }];
    } else {
      // As long as the kernel may be late: what ends sooner lets less pass.
      if (this.#scope.wrong?.relativeTimeout !== true) {
        kernel.staged.push({ mark: work.mark, left: work.length_ms + this.#scope.lease.kernel_guard_ms });
      }
      machine.acknowledged.push(work.request);
    }
  }

  /** What tells states apart without making a difference: what is only told, chance that is always the same here, Frees that are repeated. */
  #forget(machine: Machine): void {
    const { holder, voter } = machine.core;
    holder.freed = [];
    holder.freeAgain_mono_ms = undefined;
    holder.failing = false;
    voter.failing = false;
    for (const holding of Object.values(holder.holdings)) {
      holding.failureTold = false;
      if (holding.phase.kind !== 'asking') continue;
      holding.phase.refusedFor = undefined;
      holding.phase.heardYes = false;
      if (this.#scope.wrong?.relativeTimeout !== true) forgetDead(machine, holding.phase);
    }
    if (!livingMarks(machine).includes(machine.kernel.active)) machine.kernel.active = 0;
  }
}

/** Sequences whose element has gone from the kernel let nothing pass any more, whoever acknowledges them. */
function forgetDead(machine: Machine, asking: Asking): void {
  const living = livingMarks(machine);
  asking.staged = asking.staged.filter(({ sequence }) => living.includes(sequence + 1) || sequence === asking.staging);
  for (const [voter, sequence] of Object.entries(asking.acked)) {
    if (!living.some((mark) => mark <= sequence + 1)) Reflect.deleteProperty(asking.acked, voter);
  }
}

/** Marks of elements in the kernel, or on their way there. */
export function livingMarks({ kernel, queue }: Machine): number[] {
  return [...kernel.staged.map(({ mark }) => mark), ...queue.flatMap(({ work }) => (work.kind === 'drop-lease' ? [] : [work.mark]))];
}

/** Packets of the address pass. */
export function passes({ kernel }: Machine): boolean {
  return kernel.staged.some(({ mark }) => mark === kernel.active);
}
