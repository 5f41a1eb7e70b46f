import type { Claim } from '@dbss/agent/protocol/ownership/claim.ts';
import type { OwnershipEffect } from '@dbss/agent/protocol/ownership/ownership-effects.ts';
import type { OwnershipEvent, OwnershipNotice, OwnershipOutcome } from '@dbss/agent/protocol/ownership/ownership-events.ts';
import type { OwnershipMessage } from '@dbss/agent/protocol/ownership/ownership-messages.ts';
import type { OwnershipState } from '@dbss/agent/protocol/ownership/ownership-state.ts';
import { initialOwnershipState, ownershipStep } from '@dbss/agent/protocol/ownership/ownership-step.ts';
import type { VoterDocument } from '@dbss/agent/protocol/ownership/voter-document.ts';
import type { VoterMemory } from '@dbss/agent/protocol/ownership/voter-memory.ts';
import { voterMemoryOf } from '@dbss/agent/protocol/ownership/voter/recall.ts';
import type { VotersConfiguration } from '@dbss/agent/protocol/ownership/voters-configuration.ts';
import type { OwnershipConfiguration } from '@dbss/agent/protocol/ring/ownership-configuration.ts';

export const VIP = '198.18.0.101';
export const LEASE_MS = 200;
/** D and DL of the leases below: (length + 10) · 1.002 / 0.998. */
export const WAIT_MS = 211;
export const LONG_WAIT_MS = 3023;

type Told = OwnershipEvent extends infer E ? (E extends OwnershipEvent ? Omit<E, 'now'> : never) : never;
const KERNEL: ReadonlySet<OwnershipEffect['kind']> = new Set(['stage-lease', 'switch-lease', 'drop-lease']);

type EffectOf<K extends OwnershipEffect['kind']> = Extract<OwnershipEffect, { readonly kind: K }>;
export interface Flying {
  readonly from: string;
  readonly to: string;
  readonly message: OwnershipMessage;
}

/** One machine's ownership core, its kernel, its disk and its /run. What it asks for is carried out at once, unless the test holds it. */
export class Machine {
  state: OwnershipState;
  readonly name: string;
  readonly world: OwnershipWorld;
  disk: VoterDocument;
  claims: Claim[] = [];
  frozen = false;
  /** Kinds of effects that stay undone until the test says so. */
  readonly held = new Set<OwnershipEffect['kind']>();
  undone: OwnershipEffect[] = [];
  notices: OwnershipNotice[] = [];
  logs: string[] = [];
  tick_ms: number | undefined;
  staged: { readonly address: string; readonly mark: number; readonly until_ms: number }[] = [];
  active: Record<string, number> = {};

  constructor(world: OwnershipWorld, name: string, disk: VoterDocument) {
    this.world = world;
    this.name = name;
    this.disk = disk;
    this.state = initialOwnershipState(name, world.inventory);
  }

  /** The agent is stopped: what it leaves of its voter's memory. */
  stop(): VoterMemory | undefined {
    const memory = voterMemoryOf(this.state, this.world.now_ms);
    return memory === undefined ? undefined : (JSON.parse(JSON.stringify(memory)) as VoterMemory);
  }

  /** The agent starts: for the first time, or after another one in the same boot, which left a memory or did not. */
  start(memory?: VoterMemory): void {
    this.state = initialOwnershipState(this.name, this.world.inventory);
    this.undone = [];
    this.tick_ms = undefined;
    this.tell({ kind: 'started', document: this.disk, claims: this.claims, boot_us: this.world.now_ms * 1000, memory });
  }

  /** Power off and on: kernel and /run are empty. */
  boot(): void {
    this.claims = [];
    this.staged = [];
    this.active = {};
    this.start();
  }

  passes(address: string): boolean {
    const mark = this.active[address];
    return this.staged.some((one) => one.address === address && one.mark === mark && this.world.now_ms < one.until_ms);
  }

  tell(event: Told): void {
    const now = { mono_ms: this.world.now_ms, unix_ms: this.world.now_ms };
    const before = this.state;
    const { state, effects, notices } = ownershipStep(before, { ...event, now });
    this.state = state;
    this.notices.push(...notices);
    this.undone.push(...effects);
    this.work();
  }

  hold(address = VIP): void {
    this.tell({ kind: 'hold', address });
  }

  /** Carry out what may be, in order. The kernel does one thing after the other, so that a held one keeps back those after it. */
  work(): void {
    for (;;) {
      const kernelHeld = this.undone.find((effect) => KERNEL.has(effect.kind) && this.held.has(effect.kind));
      const next = this.undone.find((effect) => !this.held.has(effect.kind) && !(kernelHeld !== undefined && KERNEL.has(effect.kind)));
      if (next === undefined || this.frozen) return;
      this.undone.splice(this.undone.indexOf(next), 1);
      this.#carryOut(next);
    }
  }

  /** Carry out the held effect of a kind, once. */
  release<K extends OwnershipEffect['kind']>(kind: K): EffectOf<K> {
    const found = this.undone.find((effect): effect is EffectOf<K> => effect.kind === kind);
    if (found === undefined) throw new Error(`${this.name} has no ${kind} to do`);
    this.undone.splice(this.undone.indexOf(found), 1);
    this.#carryOut(found);
    return found;
  }

  /** The held effect of a kind goes wrong. */
  fail(kind: 'store-voter' | 'stage-lease' | 'drop-lease' | 'store-claim'): void {
    const index = this.undone.findIndex((effect) => effect.kind === kind);
    const [effect] = this.undone.splice(index, 1);
    if (effect === undefined || !('request' in effect)) throw new Error(`${this.name} has no ${kind} to do`);
    this.#result(effect.request, { kind: 'failed', reason: 'no space' });
  }

  expireTimer(): void {
    if (this.frozen || this.tick_ms === undefined || this.world.now_ms < this.tick_ms) return;
    this.tick_ms = undefined;
    this.tell({ kind: 'timer', timer: 'ownership-tick' });
  }

  noticed<K extends OwnershipNotice['kind']>(kind: K): Extract<OwnershipNotice, { readonly kind: K }>[] {
    return this.notices.filter((notice): notice is Extract<OwnershipNotice, { readonly kind: K }> => notice.kind === kind);
  }

  #result(request: string, outcome: OwnershipOutcome): void {
    this.tell({ kind: 'result', request, outcome });
  }

  #carryOut(effect: OwnershipEffect): void {
    const done: OwnershipOutcome = { kind: 'done' };
    switch (effect.kind) {
      case 'log':
        this.logs.push(effect.text);
        return;
      case 'set-timer':
        this.tick_ms = this.world.now_ms + effect.after_ms;
        return;
      case 'cancel-timer':
        this.tick_ms = undefined;
        return;
      case 'send-datagram':
        this.world.flying.push({ from: this.name, to: effect.to, message: effect.message });
        return;
      case 'draw-nonce':
        this.#result(effect.request, { kind: 'nonce', nonce: this.world.nonce() });
        return;
      case 'stage-lease':
        this.staged.push({ address: effect.address, mark: effect.mark, until_ms: this.world.now_ms + effect.length_ms });
        this.#result(effect.request, done);
        return;
      case 'switch-lease':
        this.active[effect.address] = effect.mark;
        return;
      case 'drop-lease':
        this.staged = this.staged.filter(({ address }) => address !== effect.address);
        Reflect.deleteProperty(this.active, effect.address);
        this.#result(effect.request, done);
        return;
      case 'store-claim':
        this.claims = this.claims.filter(({ address }) => address !== effect.address);
        if (effect.claim !== undefined) this.claims.push(effect.claim);
        this.#result(effect.request, done);
        return;
      case 'store-voter':
        this.disk = effect.document;
        this.#result(effect.request, done);
    }
  }
}

/** Machines that vote and hold, one clock for all, and what they sent each other. */
export class OwnershipWorld {
  readonly inventory: OwnershipConfiguration;
  readonly machines = new Map<string, Machine>();
  now_ms = 10_000;
  flying: Flying[] = [];
  /** Whether a message gets there at all; it takes a millisecond. */
  connected: (message: Flying) => boolean = () => true;
  #nonces = 0;

  /** Every machine is started and has waited for what it may have forgotten. */
  constructor(names: readonly string[], overrides: Partial<OwnershipConfiguration> = {}) {
    this.inventory = {
      no_quorum: 'stop',
      duplicate_address: 'refuse',
      voters: names.map((name) => ({ name, serviceAddress: '', semAddress: '', weight: 1, witness: name === 'witness' })),
      lease: { lease_ms: LEASE_MS, long_lease_ms: 3000, renewal_ms: 50, clock_error: 0.002, kernel_guard_ms: 10 },
      ...overrides,
    };
    const configuration = configurationOf(names);
    for (const name of names) this.machines.set(name, new Machine(this, name, { uuid: `disk of ${name}`, configuration, granted: {} }));
    for (const machine of this.machines.values()) machine.start();
    this.now_ms += LONG_WAIT_MS;
  }

  machine(name: string): Machine {
    const machine = this.machines.get(name);
    if (machine === undefined) throw new Error(`no machine ${name}`);
    return machine;
  }

  nonce(): string {
    this.#nonces += 1;
    const chance = (this.#nonces * 0x9e37_79b1) % 0x1_0000_0000;
    return this.#nonces.toString(16).padStart(24, '0') + chance.toString(16).padStart(8, '0');
  }

  holders(address = VIP): string[] {
    return [...this.machines.values()].filter((machine) => machine.passes(address)).map(({ name }) => name);
  }

  /** Time passes; timers expire, messages arrive. Two machines that pass one address end the test. */
  run(duration_ms: number): void {
    for (let passed_ms = 0; passed_ms < duration_ms; passed_ms += 1) {
      this.now_ms += 1;
      const arriving = this.flying;
      this.flying = [];
      for (const one of arriving) this.arrive(one);
      for (const machine of this.machines.values()) machine.expireTimer();
      for (const address of this.#addresses()) {
        const holders = this.holders(address);
        if (holders.length > 1) throw new Error(`${address} passes on ${holders.join(' and ')} at ${String(this.now_ms)} ms`);
      }
    }
  }

  arrive(one: Flying): void {
    const machine = this.machine(one.to);
    if (machine.frozen) this.flying.push(one);
    else if (this.connected(one)) machine.tell({ kind: 'datagram', from: one.from, message: one.message });
  }

  /** Take what is on its way and matches out of the network, to let it arrive when the test wants. */
  take(matches: (one: Flying) => boolean): Flying[] {
    const taken = this.flying.filter(matches);
    this.flying = this.flying.filter((one) => !taken.includes(one));
    return taken;
  }

  /** The machine stops in the middle of whatever it does; its kernel does not. */
  freeze(name: string): void {
    this.machine(name).frozen = true;
  }

  thaw(name: string): void {
    const machine = this.machine(name);
    machine.frozen = false;
    machine.work();
  }

  #addresses(): Set<string> {
    return new Set([...this.machines.values()].flatMap(({ active }) => Object.keys(active)));
  }
}

/** Term 1, version 1. */
export function configurationOf(names: readonly string[]): VotersConfiguration {
  return { term: 1, version: 1, voters: names.map((name) => ({ name, uuid: `disk of ${name}`, weight: 1 })) };
}
