import { cause } from '../../cli/src/simulator/cause.ts';
import { type Checked, installCheckers } from '../../cli/src/simulator/checkers/install-checkers.ts';
import { runUntilReturned } from '../../cli/src/simulator/checkers/returned.ts';
import { advance } from '@dbss/agent/protocol/step.ts';
import { TIMING_PROFILES } from '../../cli/src/inventory/timing-profiles.ts';
import { ringInMidInterval } from '../support/normal.ts';
import { World } from '../support/world.ts';

const NAMES = ['a', 'b', 'c', 'd'];

/** A ring with checkers; `told` gets each violation as `<invariant> <what>`. */
function checkedRing(): { world: World; told: string[]; checked: Checked } {
  const told: string[] = [];
  const world = ringInMidInterval(new World(NAMES));
  const checked = installCheckers(world, TIMING_PROFILES.paper, 1, (invariant, what) => told.push(`${String(invariant)} ${what}`));
  return { world, told, checked };
}

/** A ring whose servers do not react to some of the events. */
function deafTo(world: World, isUnheard: (self: string, event: Parameters<typeof advance>[1]) => boolean): void {
  world.protocol = (state, event) => (isUnheard(state.configuration.self, event) ? [] : advance(state, event));
}

describe('a checker tells what it is there for', () => {
  test('nothing, while a ring is normal and while it recovers a target', () => {
    const { world, told, checked } = checkedRing();
    world.plug('b');
    world.run(150_000);
    runUntilReturned(world, checked.condition, checked.bounds, (_, what) => told.push(what));
    expect(told).toEqual([]);
  });

  test('1: a second machine answers for an address', () => {
    const { world, told } = checkedRing();
    const { standby } = world.host('c');
    standby.state = 'running';
    standby.procedure = 'b';
    standby.addresses.add(world.vipOf('b'));
    world.changed(world.vipOf('b'));
    expect(told).toEqual(['1 b and bb@c answer for the address of b']);
  });

  test('2: the files of one server differ for longer than two intervals', () => {
    const { world, told } = checkedRing();
    world.run(30_000);
    const { state } = world.host('c');
    if (state.files !== undefined) state.files = { ...state.files, problem: 'bb b d\n' };
    world.run(60_000);
    expect(told.filter((line) => line.startsWith('2 '))).toHaveLength(1);
    expect(told[0]).toMatch(/^2 the management files differ: .*bb b d/);
  });

  test('3: a server stops managing its target', () => {
    const { world, told } = checkedRing();
    world.run(30_000);
    deafTo(world, (self, event) => self === 'b' && event.kind === 'timer');
    world.host('b').state.dbss = {};
    world.run(35_000);
    expect(told.filter((line) => line.startsWith('3 '))).toEqual(['3 c is managed by nobody']);
  });

  test('4: nobody recovers a target', () => {
    const { world, told } = checkedRing();
    deafTo(world, (_, event) => event.kind === 'timer' && event.timer === 'interval');
    world.plug('b');
    world.run(60_000);
    expect(told.filter((line) => line.startsWith('4 '))).toEqual([expect.stringMatching(/^4 b is not served for/)]);
  });

  test('4: nothing is asked of a ring in which nobody has room', () => {
    const { world, told } = checkedRing();
    for (const name of NAMES) world.host(name).hypervisorFaults.add('resume');
    world.plug('b');
    world.run(60_000);
    expect(told).toEqual([]);
  });

  test('5: a healthy server is restarted, or separated', () => {
    const { world, told } = checkedRing();
    world.run(20_000);
    world.tell(world.host('b'), { kind: 'call', call: 'repeated:1', from: 'a', request: { kind: 'restart' } });
    expect(told).toEqual(['5 a restarts b, which is well']);
    world.run(100_000);
    told.length = 0;
    world.protocol = (state, event) => {
      const effects = advance(state, event);
      const { files, configuration } = state;
      if (configuration.self === 'b' && event.kind === 'result' && files !== undefined)
        state.files = { ...files, separation: '3 c c.dat\n' };
      return effects;
    };
    world.run(10_000);
    expect(told).toContain('5 b separates c, which is well');
  });

  test('6: a server does not come back', () => {
    const { world, told, checked } = checkedRing();
    world.host('b').starts_when_asked = false;
    world.plug('b');
    runUntilReturned(world, checked.condition, checked.bounds, (invariant, what) => told.push(`${String(invariant)} ${what}`));
    expect(told.at(-1)).toMatch(/^6 .*b is off/);
  });

  test('7: after a power cut of all a server does not come back', () => {
    const { world, told, checked } = checkedRing();
    // The others would have it start.
    world.host('d').starts_when_asked = false;
    cause(world, { kind: 'power-cut', returns_ms: { a: 1000, b: 2000, c: 3000 } });
    runUntilReturned(world, checked.condition, checked.bounds, (invariant, what) => told.push(`${String(invariant)} ${what}`));
    expect(told.at(-1)).toMatch(/^7 .*d is off/);
  });
});
