import type { ServerEffect } from '../../../agent/src/protocol/server/server-effects.ts';
import type { ServerEvent } from '../../../agent/src/protocol/server/server-events.ts';
import { AgentLoop, type Happening } from '../../../agent/src/runtime/agent-loop.ts';

const started: Happening & { kind: 'started' } = {
  kind: 'started',
  boot_id: 'b',
  incarnation: 'i',
  held_addresses: [],
  physical_memory_kb: 1,
  cpu_cores: 1,
  standby: 'absent',
};

function timer(name: string): Happening {
  return { kind: 'timer', timer: name };
}

/** A loop whose state is the list of events that it has handled; `asks` gives the effects of a timer event. */
function tested(asks: Readonly<Record<string, readonly ServerEffect[]>> = {}) {
  const performed: ServerEffect[] = [];
  let mono_ms = 0;
  const step = (state: readonly ServerEvent[], event: ServerEvent) => ({
    state: [...state, event],
    effects: event.kind === 'timer' ? (asks[event.timer] ?? []) : [],
  });
  const loop = new AgentLoop<readonly ServerEvent[]>(
    { initial: [], step },
    () => ({ mono_ms: ++mono_ms, unix_ms: 0 }),
    (effect) => {
      performed.push(effect);
      if (effect.kind === 'set-timer') loop.push(timer(effect.timer));
    },
  );
  const handled = (): string[] => loop.state.map((event) => (event.kind === 'timer' ? event.timer : event.kind));
  return { loop, performed, handled };
}

describe('the loop', () => {
  test('handles nothing before the start, then the start first', () => {
    const { loop, handled } = tested();
    loop.push(timer('a'));
    expect(handled()).toEqual([]);
    loop.start(started);
    expect(handled()).toEqual(['started', 'a']);
  });

  test('stamps each event with the time at which it is handled', () => {
    const { loop } = tested();
    loop.push(timer('a'));
    loop.start(started);
    expect(loop.state.map((event) => event.now.mono_ms)).toEqual([1, 2]);
  });

  test('finishes a step and its effects before the next event', () => {
    const log = (text: string): ServerEffect => ({ kind: 'log', background: false, text });
    const { loop, performed, handled } = tested({
      a: [{ kind: 'set-timer', timer: 'b', after_ms: 0 }, log('of a')],
      b: [log('of b')],
    });
    loop.start(started);
    loop.push(timer('a'));
    expect(handled()).toEqual(['started', 'a', 'b']);
    expect(performed.flatMap((effect) => (effect.kind === 'log' ? effect.text : []))).toEqual(['of a', 'of b']);
  });

  test('handles nothing after the stop', () => {
    const { loop, handled } = tested();
    loop.start(started);
    loop.stop();
    loop.push(timer('a'));
    expect(handled()).toEqual(['started']);
  });
});
