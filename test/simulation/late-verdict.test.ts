import type { World as SimulatedWorld } from '../../cli/src/simulator/world.ts';
import { abnormalities, ringInMidInterval, SIX } from '../support/normal.ts';
import { World } from '../support/world.ts';

const LIMIT_MS = 2000 + 3000 + 1000 + 1000;

/** The manager finds ftp abnormal and stands still at once; ftp has come right or not when it goes on. */
function stoppedManager(fail: (world: World) => void): World {
  const world = ringInMidInterval(new World(SIX));
  fail(world);
  runUntil(world, /DBSS_ftp_mail \w+ problem detected/);
  world.freeze('mail');
  return world;
}

function pullCableOfFtp(world: World): void {
  world.link('ftp', 'service', false);
}

function killFtp(world: World): void {
  world.plug('ftp');
}

function runUntil(world: SimulatedWorld, text: RegExp): void {
  for (let waited_ms = 0; !text.test(world.transcript.join('\n')); waited_ms += 100) {
    if (waited_ms > 30_000) throw new Error(`${String(text)} is not in the transcript`);
    world.run(100);
  }
}

describe('a manager that stood still while it reexamined', () => {
  test('looks again, and leaves a target alone that has come right', () => {
    const world = stoppedManager(pullCableOfFtp);
    // Nobody else finds it normal either.
    world.run(2500);
    world.link('ftp', 'service', true);
    world.run(LIMIT_MS + 2000);
    world.thaw('mail');
    world.run(30_000);
    expect(world.transcript.join('\n')).toMatch(
      /DBSS_ftp_mail The reexamination has taken 11\.\d\d s, longer than it can: examined once more/,
    );
    expect(world.restarted).toEqual([]);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('looks again, and recovers a target that is still dead within one more detection', () => {
    const world = stoppedManager(killFtp);
    world.run(LIMIT_MS + 1000);
    world.thaw('mail');
    world.run(2000 + 2000 + 1000 + 1500);
    expect(world.network.holders(world.vipOf('ftp'))[0]).toMatch(/^ftpb@/);
  });

  test('does not look for ever when it is always late', () => {
    const world = stoppedManager(killFtp);
    world.run(LIMIT_MS + 500);
    world.thaw('mail');
    runUntil(world, /examined once more[^]*DBSS_ftp_mail Network problem detected/);
    world.freeze('mail');
    world.run(LIMIT_MS + 500);
    world.thaw('mail');
    world.run(10);
    expect(world.transcript.join('\n')).toMatch('__DBSS_ftp_mail Target server recovery job started');
    expect(world.transcript.filter((line) => line.includes('DBSS_ftp_mail The reexamination has taken'))).toHaveLength(1);
  });
});
