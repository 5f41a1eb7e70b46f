import { abnormalities, ringInMidInterval, SIX } from '../support/normal.ts';
import { World } from '../support/world.ts';

describe('more than half of the group looks dead at once', () => {
  test('nothing is taken over, the operator is told, and all is normal when they are back', () => {
    const world = ringInMidInterval(new World(SIX));
    for (const name of SIX.slice(0, 4)) {
      world.host(name).starts_when_asked = false;
      world.plug(name);
    }
    world.run(60_000);
    expect(world.transcript.join('\n')).toMatch('More than half of the group looks dead (ftp mail web1 web2 of 6): nothing is taken over');
    expect(world.transcript.join('\n')).not.toMatch('creation started');
    expect(world.files('login')?.separation).toBe('');
  });

  test('but they are woken', () => {
    const world = ringInMidInterval(new World(SIX));
    for (const name of SIX.slice(0, 4)) world.plug(name);
    world.run(20_000);
    for (const name of SIX.slice(0, 4)) expect(world.transcript.join('\n')).toMatch(`magic packet for ${name}`);
    world.run(200_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('half of it is taken over (Fig. 15)', () => {
    const world = ringInMidInterval(new World(SIX));
    for (const name of SIX.slice(0, 3)) world.plug(name);
    world.run(30_000);
    for (const name of SIX.slice(0, 3)) expect(world.network.holders(world.vipOf(name))[0]).toMatch(`${name}b@`);
    world.run(200_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('of two servers one is half of the group', () => {
    const world = ringInMidInterval(new World(['a', 'b']));
    world.plug('b');
    world.run(30_000);
    expect(world.network.holders(world.vipOf('b'))).toEqual(['bb@a']);
  });
});
