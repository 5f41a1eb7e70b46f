import type { ProcedureProduct } from '../protocol/procedure/procedure-work.ts';
import type { LoadSample } from '../protocol/load/load-sample.ts';
import type { Answer } from '../protocol/sem/messages.ts';
import type { ServerEffect } from '../protocol/server/server-effects.ts';

/** What an effect with a result gives where it did not fail; nothing where there is only to say that it is done. */
export type Product =
  | { readonly kind: 'load'; readonly sample: LoadSample }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'nonce'; readonly nonce: string }
  | { readonly kind: 'procedure'; readonly product: ProcedureProduct }
  /** Another machine has what was wanted: its MAC address. */
  | { readonly kind: 'held-by'; readonly mac: string }
  /** Nothing could be learnt of the service, and why. */
  | { readonly kind: 'unexamined'; readonly reason: string }
  /** It is done, and the log should say something of it. */
  | { readonly kind: 'notes'; readonly notes: readonly string[] }
  | undefined;

type EffectKind = ServerEffect['kind'];
type EffectOf<K extends EffectKind> = Extract<ServerEffect, { readonly kind: K }>;

/** An effect that is asked for with `request` gives a promise; failing is throwing with the reason in words. */
export type Executor<K extends EffectKind> =
  EffectOf<K> extends { readonly request: string } ? (effect: EffectOf<K>) => Promise<Product | void> : (effect: EffectOf<K>) => void;

/** One executor per kind of effect: a kind without one does not compile. */
export type EffectExecutors = { readonly [K in EffectKind]: Executor<K> };
