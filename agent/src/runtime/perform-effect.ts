import { reasonOf } from '../effects/reason-of.ts';
import { ConnectionRefused } from '../effects/service-check/connection-refused.ts';
import type { Outcome, RequestId } from '../protocol/events.ts';
import type { OwnershipOutcome } from '../protocol/ownership/ownership-events.ts';
import type { ServerEffect } from '../protocol/server/server-effects.ts';
import type { EffectExecutors, Product } from './executors.ts';

/** An effect that names no time limit gets this one, so that nothing that was asked for stays open for ever. */
const LONGEST_EFFECT_MS = 120_000;
/** How much longer than its `timeout_ms` an effect may take: it has to notice the deadline by itself first and say more. */
const GRACE_MS = 500;

export interface PerformOptions<Asked extends ServerEffect = ServerEffect> {
  readonly executors: Pick<EffectExecutors, Asked['kind']>;
  readonly mono_ms: () => number;
  /** Called exactly once for each effect with `request`. */
  readonly settled: (request: RequestId, outcome: Outcome | OwnershipOutcome) => void;
  /** Told of each effect with a result, for the metrics. */
  readonly count?: (effect: RequestEffect['kind'], outcome: (Outcome | OwnershipOutcome)['kind']) => void;
  /** Told about an effect without a result that failed, and about a result that came after the time limit. */
  readonly failed: (what: string, error: unknown) => void;
}

/**
 * Starts effects. One with `request` is always settled exactly once: by what it gives, by the reason of its failure, or by its time
 * limit. An effect never throws here.
 */
export function effectPerformer<Asked extends ServerEffect = ServerEffect>(options: PerformOptions<Asked>): (effect: Asked) => void {
  // Nothing is asked for but what there is an executor for.
  const executors = options.executors as EffectExecutors;
  const { failed } = options;
  return (effect) => {
    if ('request' in effect) {
      performRequest({ ...options, executors }, effect);
      return;
    }
    try {
      void executorOf(executors, effect)(effect);
    } catch (error) {
      failed(effect.kind, error);
    }
  };
}

type RequestEffect = Extract<ServerEffect, { readonly request: RequestId }>;

function performRequest({ executors, mono_ms, settled, count, failed }: PerformOptions, effect: RequestEffect): void {
  const started_ms = mono_ms();
  const limit_ms = 'timeout_ms' in effect ? effect.timeout_ms + GRACE_MS : LONGEST_EFFECT_MS;
  let open = true;
  const settle = (outcome: Outcome | OwnershipOutcome): void => {
    clearTimeout(limit);
    if (!open) {
      failed(`${effect.kind} ended after its time limit`, outcome.kind === 'failed' ? outcome.reason : outcome.kind);
      return;
    }
    open = false;
    count?.(effect.kind, outcome.kind);
    settled(effect.request, outcome);
  };
  const fail = (reason: string, more: { readonly refused?: true } = {}): void =>
    settle({ kind: 'failed', reason, elapsed_ms: mono_ms() - started_ms, ...more });
  const limit = setTimeout(() => fail(`no result within ${String(limit_ms)} ms`), limit_ms);
  let running: Promise<Product | void>;
  try {
    running = Promise.resolve(executorOf(executors, effect)(effect));
  } catch (error) {
    running = Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
  void running.then(
    (product) => settle(outcomeOf(product, mono_ms() - started_ms)),
    (error: unknown) => fail(reasonOf(error), error instanceof ConnectionRefused ? { refused: true } : {}),
  );
}

function outcomeOf(product: Product | void, elapsed_ms: number): Outcome | OwnershipOutcome {
  if (product === undefined) return { kind: 'done', elapsed_ms };
  if (product.kind === 'held-by') return { kind: 'failed', reason: `${product.mac} has it`, elapsed_ms, held_by: product.mac };
  if (product.kind === 'unexamined') return { kind: 'done', elapsed_ms, unexamined: product.reason };
  return product.kind === 'notes' ? { kind: 'done', elapsed_ms, notes: product.notes } : product;
}

/** The executor of an effect's own kind; the mapped type promises that it takes this effect. */
function executorOf<E extends ServerEffect>(executors: EffectExecutors, effect: E): (effect: E) => Promise<Product | void> | void {
  return executors[effect.kind] as (effect: E) => Promise<Product | void> | void;
}
