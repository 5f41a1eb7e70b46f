import type { Request } from '@dbss/agent/protocol/sem/messages.ts';
import { abnormalities, ringInMidInterval } from '../support/normal.ts';
import { World } from './world.ts';

const NAMES = ['a', 'b', 'c', 'd'];
/** Moments after the fault at which the recovery is disturbed: densely around its steps. */
const MOMENTS_MS = [
  ...range(4_900, 10_000, 173),
  ...range(10_500, 32_000, 1100),
  ...range(32_000, 36_000, 67),
  ...range(55_000, 86_000, 2900),
  ...range(86_000, 88_500, 61),
];
const ENOUGH_MS = 400_000;

function range(from: number, to: number, by: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / by) }, (_, index) => from + index * by);
}

/** What is wrong at the end of a recovery that `disturb` disturbs after a while; empty when nothing is. */
function outcome(fault: 'Nt' | 'St', moment_ms: number, disturb: (world: World) => void): string[] {
  const world = ringInMidInterval(new World(NAMES));
  if (fault === 'Nt') world.plug('b');
  else world.stopDaemon('b');
  world.run(moment_ms);
  disturb(world);
  world.run(ENOUGH_MS - moment_ms);
  world.runToInterval(8000);
  const healthyRestarted = world.restarted.filter((name) => name !== 'b').map((name) => `${name} was restarted`);
  return [...abnormalities(world), ...world.doubleHeld, ...healthyRestarted].map((wrong) => `at ${String(moment_ms)} ms: ${wrong}`);
}

const DISTURBANCES: Readonly<Record<string, (world: World) => void>> = {
  'the manager restarts its agent': (world) => {
    world.restartAgent('a');
  },
  'the manager loses its flag for a while': (world) => {
    world.setFlag('a', false);
    world.at(20_000, () => {
      world.setFlag('a', true);
    });
  },
  'the agent of the target restarts': (world) => {
    if (world.host('b').on) world.restartAgent('b');
  },
  'the agent of the virtual server’s host restarts': (world) => {
    world.restartAgent(world.names.find((name) => world.host(name).standby.state === 'running') ?? 'd');
  },
  'a bystander’s SEM cable is pulled for a while': (world) => {
    world.link('c', 'sem', false);
    world.at(13_000, () => {
      world.link('c', 'sem', true);
    });
  },
};

describe.each(['Nt', 'St'] as const)('a recovery (%s)', (fault) => {
  test.each(Object.keys(DISTURBANCES))('ends in normal also when %s', (name) => {
    const disturb = DISTURBANCES[name] ?? ((): void => undefined);
    expect(MOMENTS_MS.flatMap((moment_ms) => outcome(fault, moment_ms, disturb))).toEqual([]);
  });

  test('ends in normal whichever one message of it is lost', () => {
    const wrong: string[] = [];
    for (let index = 0, spent = true; spent; index += 1) {
      const lost: string[] = [];
      const world = ringInMidInterval(new World(NAMES));
      let seen = 0;
      world.faults.loseMessages((from, to, request, part) => {
        if (!isOfRecovery(request)) return false;
        seen += 1;
        if (seen !== index + 1) return false;
        lost.push(`${part} of ${request.kind} from ${from} to ${to}`);
        return true;
      });
      if (fault === 'Nt') world.plug('b');
      else world.stopDaemon('b');
      world.run(ENOUGH_MS / 2);
      world.runToInterval(8000);
      spent = world.faults.spent;
      const healthyRestarted = world.restarted.filter((name) => name !== 'b').map((name) => `${name} was restarted`);
      wrong.push(...[...abnormalities(world), ...world.doubleHeld, ...healthyRestarted].map((what) => `lost ${lost.join()}: ${what}`));
    }
    expect(wrong).toEqual([]);
  });
});

function isOfRecovery(request: Request): boolean {
  return request.kind !== 'hello' && !(request.kind === 'edit' && request.edit.sequence === 0);
}

describe('a host that cannot create the virtual server', () => {
  const FAULTS = ['resume', 'install', 'hang'] as const;

  test.each(FAULTS)('%s: the next best host does', (fault) => {
    const world = ringInMidInterval(new World(NAMES));
    world.loadOf = (server) => ({ available_memory_kb: server === 'd' ? 7_000_000 : 1_000_000, cpu_idle_percent: 380, network_kb_s: 10 });
    world.run(30_000);
    world.runToInterval(5000);
    world.host('d').hypervisorFaults.add(fault);
    world.plug('b');
    world.run(40_000);
    expect(world.transcript.join('\n')).toMatch('creation failed: bb@d');
    expect(world.network.holders(world.vipOf('b'))[0]).toMatch(/^bb@[ac]$/);
    expect(world.files('c')?.problem).toMatch(/^bb b [ac]\n$/);
    world.host('d').hypervisorFaults.clear();
    world.run(200_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  });

  test('no host at all: tried again until one can, also after down.file', () => {
    const world = ringInMidInterval(new World(NAMES));
    for (const name of NAMES) world.host(name).hypervisorFaults.add('resume');
    world.host('b').starts_when_asked = false;
    world.plug('b');
    world.run(200_000);
    expect(world.transcript.join('\n')).toMatch('down.file');
    expect(world.files('c')?.problem).toBe('');
    for (const name of NAMES) world.host(name).hypervisorFaults.clear();
    world.run(120_000);
    expect(world.network.holders(world.vipOf('b'))[0]).toMatch(/^bb@/);
    world.powerOn('b');
    world.run(100_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('a target that returns while no host can is returned', () => {
    const world = ringInMidInterval(new World(NAMES));
    for (const name of NAMES) world.host(name).hypervisorFaults.add('resume');
    world.host('b').starts_when_asked = false;
    world.plug('b');
    world.run(200_000);
    world.powerOn('b');
    world.run(100_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('a virtual server that does not give the address up: never two holders, and the target is returned', () => {
    const world = ringInMidInterval(new World(NAMES));
    world.stopDaemon('b');
    world.run(20_000);
    for (const name of NAMES) world.host(name).hypervisorFaults.add('remove-address');
    world.run(200_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  });

  test('a target that cannot take its address back is neither restarted for ever nor left without service for long', () => {
    const world = ringInMidInterval(new World(NAMES));
    world.stopDaemon('b');
    world.run(15_000);
    world.host('b').stuckAddresses.add(world.vipOf('b'));
    let without_ms = 0;
    for (let elapsed_ms = 0; elapsed_ms < 3_600_000; elapsed_ms += 500) {
      world.run(500);
      if (world.network.holders(world.vipOf('b')).length === 0) without_ms += 500;
    }
    expect(world.restarted.length).toBeLessThanOrEqual(4);
    expect(without_ms).toBeLessThan(60_000);
    world.host('b').stuckAddresses.clear();
    world.run(3_700_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  });
});
