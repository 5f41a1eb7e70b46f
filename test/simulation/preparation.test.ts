import { abnormalities, favouring, ringInMidInterval, SIX } from '../support/normal.ts';
import { World } from '../support/world.ts';

function ring(): World {
  const world = new World(SIX);
  world.loadOf = favouring('web2');
  return ringInMidInterval(world);
}

describe('while a target is reexamined', () => {
  test('the best host prepares the virtual server, without the target’s address', () => {
    const world = ring();
    world.plug('ftp');
    world.run(5000 + 2000 + 1950);
    expect(world.host('web2').standby).toMatchObject({ state: 'running', procedure: 'ftp' });
    expect(world.network.holders(world.vipOf('ftp'))).toEqual([]);
    expect(world.files('web2')?.problem).toBe('');
    world.run(200);
    expect(world.network.holders(world.vipOf('ftp'))).toEqual(['ftpb@web2']);
  });

  test('a target that is found normal is left alone and the prepared virtual server discarded', () => {
    const world = ring();
    world.faults.losePing('mail', world.realIpOf('ftp'));
    world.runToInterval(3500);
    expect(world.transcript.join('\n')).toMatch('DBSS_ftp_mail Reexamined: normal');
    expect(world.network.holders(world.vipOf('ftp'))).toEqual(['ftp']);
    world.run(10_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('a host whose manager dies before the verdict does not keep what it prepared', () => {
    const world = ring();
    world.plug('ftp');
    world.run(5000 + 2000 + 1000);
    world.plug('mail');
    world.run(300_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
    expect(world.doubleHeld).toEqual([]);
  });

  test('nothing is prepared for a service problem: a restart of its daemon would cost a host its standby', () => {
    const world = ring();
    world.stopDaemon('ftp');
    world.run(5000 + 500);
    expect(world.host('web2').standby.state).toBe('suspended');
  });
});
