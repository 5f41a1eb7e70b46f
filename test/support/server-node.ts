import type { RequestId } from '@dbss/agent/protocol/events.ts';
import type { RingConfiguration } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import type { Answer, Request } from '@dbss/agent/protocol/sem/messages.ts';
import type { ServerEffect } from '@dbss/agent/protocol/server/server-effects.ts';
import type { Found } from '@dbss/agent/protocol/server/server-events.ts';
import { initialServerState, type ServerState } from '@dbss/agent/protocol/server/server-state.ts';
import { serverStep } from '@dbss/agent/protocol/server/server-step.ts';
import { LEASE_PROFILES } from '../../cli/src/inventory/lease-profiles.ts';
import type { MachineHappening } from '../../cli/src/simulator/machine.ts';
import { ownershipOf } from '../../cli/src/simulator/made-ring.ts';
import { filesOf, ringOf } from './ring-of.ts';

type EffectOf<K extends ServerEffect['kind']> = Extract<ServerEffect, { readonly kind: K }>;

/**
 * One server that asks a majority, alone: the ring's step and the ownership's together, the rest of the world played by the test. It is the only voter, so
 * that its own vote is a majority; what it asks of its machine is answered when the test says so.
 */
export class ServerNode {
  state: ServerState;
  mono_ms = 0;
  effects: ServerEffect[] = [];
  readonly #names: readonly string[];
  #nonces = 0;

  constructor(names: readonly string[], self: string, overrides: Partial<RingConfiguration> = {}) {
    this.#names = names;
    const ownership = ownershipOf(names, { lease: LEASE_PROFILES.paper, witness: false });
    this.state = initialServerState(ringOf(names, self, { quorum: 'majority', ownership, ...overrides }));
  }

  /** A member of the group whose start is so long ago that it votes, with its standby suspended; it has not taken its address. */
  static voting(names: readonly string[], self: string, overrides: Partial<RingConfiguration> = {}): ServerNode {
    const node = new ServerNode(names, self, overrides);
    node.started({ claims: [] });
    node.pass(10_000);
    node.tell({ kind: 'memory-disk', files: filesOf(names), flag: true });
    node.settleAll();
    node.effects = [];
    return node;
  }

  started(facts: Partial<Found> & { readonly standby?: 'suspended' | 'running'; readonly held_addresses?: readonly string[] }): void {
    const { standby = 'suspended', held_addresses = [], claims = [], inGuest = [] } = facts;
    const self = this.state.ring.configuration.self;
    const configuration = { term: 1, version: 1, voters: [{ name: self, uuid: 'disk', weight: 1 }] };
    this.tell({
      kind: 'started',
      boot_id: 'boot',
      incarnation: 'i1',
      held_addresses,
      physical_memory_kb: 8_000_000,
      cpu_cores: 4,
      standby,
      found: { document: { uuid: 'disk', configuration, granted: facts.document?.granted ?? {} }, claims, inGuest, boot_us: 1 },
    });
  }

  tell(event: MachineHappening): void {
    const now = { mono_ms: this.mono_ms, unix_ms: 1_000_000_000 + this.mono_ms };
    const { state, effects } = serverStep(this.state, { ...event, now });
    this.state = state;
    this.effects.push(...effects);
  }

  pass(duration_ms: number): void {
    this.mono_ms += duration_ms;
  }

  call(from: string, request: Request, call = 'c1'): void {
    this.tell({ kind: 'call', call, from, request });
  }

  answerTo(call: string): Answer | undefined {
    return this.all('answer').find((effect) => effect.call === call)?.answer;
  }

  all<K extends ServerEffect['kind']>(kind: K): EffectOf<K>[] {
    return this.effects.filter((effect): effect is EffectOf<K> => effect.kind === kind);
  }

  logs(): string[] {
    return this.all('log').map(({ text }) => text);
  }

  /** The kinds of the open requests, in their order. */
  open(): string[] {
    return this.effects.filter((effect) => 'request' in effect && effect.kind !== 'call').map(({ kind }) => kind);
  }

  /** Answer the first open request of a kind; it is taken out. */
  settle(kind: ServerEffect['kind'], failure?: string, held_by?: string): void {
    const effect = this.effects.find((one) => one.kind === kind && 'request' in one);
    if (effect === undefined) throw new Error(`no effect ${kind}`);
    this.#answer(effect as ServerEffect & { readonly request: RequestId }, failure, held_by);
  }

  /** Answer everything that is asked of the machine, in order, until nothing is; except requests of these kinds. */
  settleAll(...except: ServerEffect['kind'][]): void {
    for (;;) {
      const effect = this.effects.find((one) => 'request' in one && one.kind !== 'call' && !except.includes(one.kind));
      if (effect === undefined) return;
      this.#answer(effect as ServerEffect & { readonly request: RequestId }, undefined);
    }
  }

  get names(): readonly string[] {
    return this.#names;
  }

  #answer(effect: ServerEffect & { readonly request: RequestId }, failure: string | undefined, held_by?: string): void {
    this.effects.splice(this.effects.indexOf(effect), 1);
    const { request, kind } = effect;
    if (failure !== undefined)
      this.tell({
        kind: 'result',
        request,
        outcome: { kind: 'failed', reason: failure, elapsed_ms: 1, ...(held_by === undefined ? {} : { held_by }) },
      });
    else if (kind === 'measure-load') return;
    else if (kind === 'draw-nonce') this.tell({ kind: 'result', request, outcome: { kind: 'nonce', nonce: this.#nonce() } });
    else this.tell({ kind: 'result', request, outcome: { kind: 'done', elapsed_ms: 1 } });
  }

  #nonce(): string {
    this.#nonces += 1;
    return this.#nonces.toString(16).padStart(32, '0');
  }
}
