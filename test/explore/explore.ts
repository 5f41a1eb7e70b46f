import { CHANCES, type Scope } from './scope.ts';
import { violated } from './checks.ts';
import type { World } from './world-state.ts';
import { WorldModel } from './world.ts';

/** What an exploration came to. `trace`: the shortest history to the violation that was found first. */
export interface Exploration {
  readonly scope: Scope;
  readonly states: number;
  /** Distinct states of one machine. */
  readonly machineStates: number;
  readonly transitions: number;
  /** Every history within the bounds was seen. */
  readonly complete: boolean;
  readonly violation: string | undefined;
  readonly trace: readonly string[];
  readonly seconds: number;
}

/**
 * Looks at every state that the scope allows, each once, those with the fewest moves first, and stops at the first violation.
 * @param limit states after which it stops, incomplete
 * @param progress is told the number of states now and then
 */
export function explore(scope: Scope, limit = Infinity, progress: (states: number) => void = () => undefined): Exploration {
  const started_ms = performance.now();
  const model = new WorldModel(scope);
  const first = model.first();
  const seen = new Map<string, number>([[keyOf(first), 0]]);
  const keys: string[] = [keyOf(first)];
  const parents: number[] = [-1];
  let transitions = 0;
  const result = (complete: boolean, violation?: string, trace: readonly string[] = []): Exploration => {
    const seconds = (performance.now() - started_ms) / 1000;
    return { scope, states: keys.length, machineStates: model.machines.size, transitions, complete, violation, trace, seconds };
  };
  for (let at = 0; at < keys.length; at += 1) {
    if (keys.length > limit) return result(false);
    const world = worldOf(scope, keys[at] ?? '');
    for (const { what, worlds } of model.moves(world)) {
      for (const next of worlds) {
        transitions += 1;
        const key = keyOf(next);
        if (seen.has(key)) continue;
        const violation = violated(model, next, world);
        if (violation !== undefined) return result(false, violation, [...traceTo(model, keys, parents, at), what()]);
        seen.set(key, keys.length);
        keys.push(key);
        parents.push(at);
        if (keys.length % 50_000 === 0) progress(keys.length);
      }
    }
  }
  return result(true);
}

/** The moves that led to a state, found again from its parents. */
function traceTo(model: WorldModel, keys: readonly string[], parents: readonly number[], at: number): string[] {
  const path: number[] = [];
  for (let state = at; state >= 0; state = parents[state] ?? -1) path.unshift(state);
  return path.slice(1).map((state, index) => {
    const world = worldOf(model.scope, keys[path[index] ?? 0] ?? '');
    const move = model.moves(world).find(({ worlds }) => worlds.some((one) => keyOf(one) === keys[state]));
    return move?.what() ?? '?';
  });
}

/** Numbers as characters: short keys for many states. */
function keyOf({ machines, messages, left, steps, wants, history }: World): string {
  let key = '';
  for (const machine of machines) key += String.fromCharCode(machine >>> 15, machine & 0x7fff);
  for (const one of left) key += String.fromCharCode(one);
  key += String.fromCharCode(steps, wants, history);
  for (const message of messages) key += String.fromCharCode(message);
  return key;
}

function worldOf(scope: Scope, key: string): World {
  const numbers = Array.from({ length: key.length }, (_, index) => key.charCodeAt(index));
  const take = (count: number): number[] => numbers.splice(0, count);
  const machines = scope.machines.map(() => {
    const [high = 0, low = 0] = take(2);
    return high * 0x8000 + low;
  });
  const left = take(CHANCES.length);
  const [steps = 0, wants = 0, history = 0] = take(3);
  return { machines, left, steps, wants, history, messages: numbers };
}
