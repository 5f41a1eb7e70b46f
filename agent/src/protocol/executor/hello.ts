import type { Context } from '../context.ts';

/** A server without management files, or without the flag file that should follow them, says that it is up, so that it is not forgotten when nobody waits for it (not in the paper). */
export function startHello(context: Context): void {
  context.setTimer('hello', 0);
}

/** The `hello` timer: tell every other server, and again after an interval. */
export function sayHello(context: Context): void {
  const { configuration, executor, machine } = context.state;
  const waits = executor.phase === 'waiting-for-files' || (executor.phase === 'waiting-for-flag' && executor.awaitsFlag);
  if (!waits || machine === undefined) return;
  for (const server of configuration.servers) {
    if (server.name === context.self) continue;
    context.call(server.name, { kind: 'hello', boot_id: machine.boot_id }, configuration.timing.answer_ms, { for: 'nothing' });
  }
  context.setTimer('hello', configuration.timing.interval_ms);
}

export function helloHeard(context: Context, from: string): void {
  const known = context.state.hellos[from];
  const { mono_ms } = context.now;
  context.state.hellos[from] = { first_mono_ms: known?.first_mono_ms ?? mono_ms, last_mono_ms: mono_ms };
}
