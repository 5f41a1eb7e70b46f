import type { NodeState } from '@dbss/agent/protocol/node-state.ts';
import { advance, step } from '@dbss/agent/protocol/step.ts';
import { ringInMidInterval } from '../support/normal.ts';
import { World } from '../support/world.ts';

describe('the simulator changes states in place', () => {
  test('with the same effects and states as the agent, which does not', () => {
    const world = new World(['a', 'b', 'c']);
    const states = new Map<string, NodeState>();
    world.protocol = (state, event) => {
      const { self } = state.configuration;
      const before = event.kind === 'started' ? structuredClone(state) : (states.get(self) ?? state);
      const expected = step(before, event);
      const effects = advance(state, event);
      states.set(self, expected.state);
      expect(effects).toEqual(expected.effects);
      return effects;
    };
    ringInMidInterval(world);
    world.plug('b');
    world.run(110_000);
    world.stopDaemon('c');
    world.run(60_000);
    for (const name of world.names) expect(world.host(name).state).toEqual(states.get(name));
  });
});
