import { World } from '../support/world.ts';
import { ringInMidInterval, SIX } from '../support/normal.ts';
import { logOf } from '../support/transcript.ts';

/** Everything that the mail server asks for, with the second of the interval. */
function stepsOf(world: World, duration_ms: number): string[] {
  const steps: string[] = [];
  world.watch = (server, effect) => {
    if (server !== 'mail') return;
    const at = ((world.now_ms % 10_000) / 1000).toFixed(1);
    if (effect.kind === 'call') steps.push(`${at} ${effect.message.kind} to ${effect.to}`);
    else if (effect.kind === 'ping' || effect.kind === 'check-service') steps.push(`${at} ${effect.kind} ${effect.address}`);
    else if (effect.kind === 'measure-load' || effect.kind === 'write-file') steps.push(`${at} ${effect.kind}`);
  };
  world.run(duration_ms);
  return steps;
}

function indexOf(steps: readonly string[], part: string): number {
  const index = steps.findIndex((step) => step.includes(part));
  expect({ part, found: index >= 0 }).toEqual({ part, found: true });
  return index;
}

describe('§4.3 additional DBSS processing', () => {
  test('§4.3 all management servers monitor at the same time: "Waiting time" is "Time synchronization processing"', () => {
    const world = ringInMidInterval(new World(SIX));
    const moments = new Set<number>();
    world.watch = (_, effect) => {
      if (effect.kind === 'check-service' && !effect.address.startsWith('127.')) moments.add(world.now_ms % 10_000);
    };
    world.run(50_000);
    expect([...moments]).toEqual([1]);
  });

  test('§4.3 A1: load measurement, predicted load calculation and internal monitoring within the monitoring interval', () => {
    const world = ringInMidInterval(new World(SIX));
    world.runToInterval(-10);
    const steps = stepsOf(world, 10_005);
    expect(steps.filter((step) => step.endsWith('measure-load'))).toHaveLength(10);
    expect(steps.filter((step) => step.endsWith('ping 198.18.0.254'))).toHaveLength(1);
    expect(world.host('mail').state.load.average).toEqual({ available_memory_kb: 4_000_004, cpu_idle_percent: 380, network_kb_s: 10 });
    expect(world.host('mail').state.load.previous).toBeDefined();
  });

  test('§4.3 A2: before external monitoring the internal monitoring status decides about further DBSSs', () => {
    const world = ringInMidInterval(new World(SIX));
    world.plug('ftp');
    world.run(5001);
    expect(Object.values(world.host('mail').state.dbss).map(({ name, phase }) => `${name} ${phase}`)).toEqual([
      'DBSS_ftp_mail examining',
      'DBSS_web1_mail examining',
    ]);
  });

  test('§4.3 A3: when a failure is detected the predicted load is acquired from each management server', () => {
    const world = ringInMidInterval(new World(SIX));
    world.plug('ftp');
    world.run(5000);
    const steps = stepsOf(world, 2001);
    expect(steps.filter((step) => step.includes(' load to '))).toEqual(
      ['web1', 'web2', 'proxy', 'login'].map((name) => `2.0 load to ${name}`),
    );
  });

  test('§4.3 A3, reexamination, A4, background process, A5 in their order', () => {
    const world = ringInMidInterval(new World(SIX));
    world.plug('ftp');
    world.run(4999);
    const steps = stepsOf(world, 6500);
    const order = [
      `0.0 ping ${world.realIpOf('ftp')}`,
      '2.0 load to',
      `2.0 ping ${world.realIpOf('ftp')}`,
      '4.0 edit to',
      '4.0 state to ftp',
      '4.0 create-virtual-server to login',
      '4.0 set-virtual-address to login',
    ].map((part) => indexOf(steps, part));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test('§4.3 A6: the management file is returned and sent to the target server, after which the flag file is sent', () => {
    const world = ringInMidInterval(new World(SIX));
    world.stopDaemon('ftp');
    world.run(20_000);
    const steps = stepsOf(world, 40_000);
    const order = [
      'release-virtual-address to login',
      'take-own-address to ftp',
      'edit to',
      'install-files to ftp',
      'install-flag to ftp',
    ].map((part) => steps.findLastIndex((step) => step.includes(part) && (part !== 'edit to' || step.includes('web2'))));
    expect(order.every((index) => index >= 0)).toBe(true);
    expect(indexOf(steps, 'take-own-address')).toBeLessThan(indexOf(steps, 'install-files'));
    expect(indexOf(steps, 'install-files')).toBeLessThan(indexOf(steps, 'install-flag'));
    expect(logOf(world, 'ftp').slice(-3)).toEqual([
      'Management files acquired',
      'Flag file detected: management program started',
      'DBSS_web1_ftp started',
    ]);
  });
});
