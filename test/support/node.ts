import type { Effect } from '@dbss/agent/protocol/effects.ts';
import type { Outcome } from '@dbss/agent/protocol/events.ts';
import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import { initialState, type NodeState } from '@dbss/agent/protocol/node-state.ts';
import type { RingConfiguration } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import type { Answer, Request } from '@dbss/agent/protocol/sem/messages.ts';
import { step } from '@dbss/agent/protocol/step.ts';
import type { Happening } from '../../cli/src/simulator/host.ts';
import { filesOf, ringOf } from './ring-of.ts';

type EffectOf<K extends Effect['kind']> = Extract<Effect, { readonly kind: K }>;

/** One server's protocol alone: events in, effects out, the rest of the world played by the test. */
export class Node {
  state: NodeState;
  mono_ms = 0;
  unix_ms = 1_000_000_000;
  /** Effects since they were last taken. */
  effects: Effect[] = [];
  #calls = 0;

  constructor(names: readonly string[], self: string, overrides: Partial<RingConfiguration> = {}) {
    this.state = initialState(ringOf(names, self, overrides));
  }

  /** A server of the ring that runs the management program, its standby suspended and its address set. */
  static running(names: readonly string[], self: string, files: ManagementFiles = filesOf(names)): Node {
    const node = new Node(names, self);
    node.started({ standby: 'suspended' });
    node.tell({ kind: 'memory-disk', files: undefined, flag: false });
    node.tell({ kind: 'memory-disk', files, flag: false });
    node.settle('add-address', { kind: 'done', elapsed_ms: 1 });
    node.tell({ kind: 'memory-disk', files, flag: true });
    node.effects = [];
    return node;
  }

  started(
    facts: { standby?: 'suspended' | 'running' | 'absent'; held_addresses?: readonly string[]; copy?: string | undefined } = {},
  ): void {
    this.tell({
      kind: 'started',
      boot_id: 'boot',
      incarnation: 'i1',
      held_addresses: facts.held_addresses ?? [],
      physical_memory_kb: 8_000_000,
      cpu_cores: 4,
      standby: facts.standby ?? 'suspended',
      copy: facts.copy,
    });
  }

  tell(event: Happening): void {
    const before = this.state;
    const { state, effects } = step(before, { ...event, now: { mono_ms: this.mono_ms, unix_ms: this.unix_ms } });
    this.state = state;
    this.effects.push(...effects);
  }

  pass(duration_ms: number): void {
    this.mono_ms += duration_ms;
    this.unix_ms += duration_ms;
  }

  timer(timer: string): void {
    this.tell({ kind: 'timer', timer });
  }

  /** Another server's request, and what it was answered at once. */
  call(from: string, request: Request): Answer | undefined {
    this.#calls += 1;
    const call = `c${String(this.#calls)}`;
    this.tell({ kind: 'call', call, from, request });
    return this.answerTo(call);
  }

  answerTo(call: string): Answer | undefined {
    return this.all('answer').find((effect) => effect.call === call)?.answer;
  }

  /** Effects of a kind that were asked for and not taken. */
  all<K extends Effect['kind']>(kind: K): EffectOf<K>[] {
    return this.effects.filter((effect): effect is EffectOf<K> => effect.kind === kind);
  }

  /** The last effect of a kind. */
  last<K extends Effect['kind']>(kind: K): EffectOf<K> {
    const found = this.all(kind).at(-1);
    if (found === undefined) throw new Error(`no effect ${kind}`);
    return found;
  }

  /** The first call of a kind of request to a server; it is taken out. */
  takeCall(to: string, kind: Request['kind']): EffectOf<'call'> {
    const found = this.all('call').find((effect) => effect.to === to && effect.message.kind === kind);
    if (found === undefined) throw new Error(`no call ${kind} to ${to}`);
    this.effects.splice(this.effects.indexOf(found), 1);
    return found;
  }

  /** Give the last effect of a kind its result. */
  settle(kind: Exclude<Effect['kind'], 'log'>, outcome: Outcome): void {
    const effect = this.last(kind);
    if (!('request' in effect)) throw new Error(`${kind} has no result`);
    this.tell({ kind: 'result', request: effect.request, outcome });
  }

  result(request: string, outcome: Outcome): void {
    this.tell({ kind: 'result', request, outcome });
  }

  answered(request: string, answer: Answer): void {
    this.result(request, { kind: 'answer', answer });
  }

  /** Everybody who is asked what a target looks like from there finds it abnormal, too. */
  othersAgree(): void {
    for (const { request } of this.all('call').filter(({ message }) => message.kind === 'examine')) {
      this.answered(request, { kind: 'examined', normal: false });
    }
  }

  logs(): string[] {
    return this.all('log').map(({ background, text }) => (background ? `__${text}` : text));
  }
}

export const DONE: Outcome = { kind: 'done', elapsed_ms: 1 };
export const FAILED: Outcome = { kind: 'failed', reason: 'no answer', elapsed_ms: 1 };
