import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import type { Answer } from '../sem/messages.ts';
import { considerRestart, tellRestart } from './restart-ring.ts';
import { waitsForFiles } from './waiting.ts';

/** Who begins to manage a server that waits for its files hears of it before it examines it for the first time. */
const HELLOS_IN_INTERVAL = 2;

/** The `hello` timer: tell every other server, with the epoch of the copy on disk where there is one, again and again. */
export function sayHello(context: Context): void {
  const { configuration, machine, restart } = context.state;
  if (!waitsForFiles(context) || machine === undefined) return;
  const message = {
    kind: 'hello',
    boot_id: machine.boot_id,
    ...(restart.copy === undefined ? {} : { epoch: restart.copy.epoch }),
  } as const;
  for (const server of configuration.servers) {
    if (server.name !== context.self) context.call(server.name, message, configuration.timing.answer_ms, { for: 'hello', to: server.name });
  }
  context.setTimer('hello', configuration.timing.interval_ms / HELLOS_IN_INTERVAL);
  tellRestart(context);
  considerRestart(context);
}

export function helloHeard(context: Context, from: string, epoch: number | undefined): Answer {
  const known = context.state.hellos[from];
  const { mono_ms } = context.now;
  context.state.hellos[from] = { first_mono_ms: known?.first_mono_ms ?? mono_ms, last_mono_ms: mono_ms, epoch };
  considerRestart(context);
  return { kind: 'heard', has_files: !waitsForFiles(context) };
}

/** Another server answered this one's hello: while one has files, the ring does not start from copies. */
export function helloAnswered(context: Context, by: string, outcome: Outcome): void {
  if (outcome.kind !== 'answer' || outcome.answer.kind !== 'heard') return;
  if (outcome.answer.has_files) context.state.restart.hasFiles[by] = context.now.mono_ms;
  else Reflect.deleteProperty(context.state.restart.hasFiles, by);
}
