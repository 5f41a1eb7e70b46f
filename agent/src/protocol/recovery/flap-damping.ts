import type { Context } from '../context.ts';
import type { TargetHistory } from './target-history.ts';

/** A target that fails again and again within this time is held back: a return that does not last costs its clients two interruptions each time. */
const WINDOW_MS = 30 * 60_000;
/** So many returns within the window are nothing unusual. */
const RETURNS_ALLOWED = 3;
/** The first hold-down; it doubles with each further return in the window. */
const HOLD_DOWN_MS = 5 * 60_000;
const LONGEST_HOLD_DOWN_MS = 60 * 60_000;
/** A target that was ordered to start so often within the window is left alone. */
const STARTS_ALLOWED = 5;

/** The target has taken its address back. */
export function noteReturn(context: Context, target: string): void {
  historyOf(context, target).returns_mono_ms.push(context.now.mono_ms);
}

/** The target is ordered to restart, or to start by Wake-on-LAN. */
export function noteStart(context: Context, target: string): void {
  historyOf(context, target).starts_mono_ms.push(context.now.mono_ms);
}

/** How long a target that is well again has to wait before it is returned; 0 for one that does not flap. */
export function holdDown_ms(context: Context, target: string): number {
  const beyond = historyOf(context, target).returns_mono_ms.length - RETURNS_ALLOWED;
  return beyond < 0 ? 0 : Math.min(HOLD_DOWN_MS * 2 ** beyond, LONGEST_HOLD_DOWN_MS);
}

export function returnsLately(context: Context, target: string): number {
  return historyOf(context, target).returns_mono_ms.length;
}

/** Whether another order to start would only wear the target out. */
export function isStartedTooOften(context: Context, target: string): boolean {
  return historyOf(context, target).starts_mono_ms.length >= STARTS_ALLOWED;
}

/** How long ago the target was last ordered to start; infinite where it was not lately. */
export function startedLately_ms(context: Context, target: string): number {
  const last_mono_ms = historyOf(context, target).starts_mono_ms.at(-1);
  return last_mono_ms === undefined ? Infinity : context.now.mono_ms - last_mono_ms;
}

/** An operator says that the target is repaired: nothing is held against it any more. */
export function forgetHistory(context: Context, target: string): void {
  Reflect.deleteProperty(context.state.histories, target);
}

function historyOf(context: Context, target: string): TargetHistory {
  const history = (context.state.histories[target] ??= { returns_mono_ms: [], starts_mono_ms: [] });
  const lately = (moment_mono_ms: number): boolean => context.now.mono_ms - moment_mono_ms < WINDOW_MS;
  history.returns_mono_ms = history.returns_mono_ms.filter(lately);
  history.starts_mono_ms = history.starts_mono_ms.filter(lately);
  return history;
}
