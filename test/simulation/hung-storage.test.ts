import { abnormalities, favouring, ringInMidInterval, SIX } from '../support/normal.ts';
import { ringOf } from '../../cli/src/simulator/made-ring.ts';
import { World } from '../support/world.ts';

const WITH_STORAGE = { examines_storage: true } as const;

function ring(overrides = {}): World {
  return ringInMidInterval(new World(SIX, overrides));
}

function transcript(world: World): string {
  return world.transcript.join('\n');
}

describe('the shared storage hangs, and all services with it', () => {
  test('nobody is taken over, and it says why', () => {
    const world = ring(WITH_STORAGE);
    world.faults.storageHangs = true;
    world.run(60_000);
    expect(transcript(world)).toMatch('DBSS_ftp_mail Service problem detected');
    expect(transcript(world)).toMatch(
      'DBSS_ftp_mail The shared storage is in doubt (it does not answer): a virtual server could not do without it either, nothing is taken over',
    );
    expect(transcript(world)).not.toMatch('creation started');
    expect(world.restarted).toEqual([]);
  });

  test('it is told until the target serves again', () => {
    const world = ring(WITH_STORAGE);
    const doubt = (): string | undefined => world.host('mail').state.dbss['DBSS_ftp_mail']?.storage.problem;
    world.faults.storageHangs = true;
    world.run(30_000);
    expect(doubt()).toBe('it does not answer');
    world.faults.storageHangs = false;
    world.run(30_000);
    expect(doubt()).toBeUndefined();
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('a virtual server is not discarded for it', () => {
    const world = ring(WITH_STORAGE);
    world.loadOf = favouring('web2');
    world.host('ftp').starts_when_asked = false;
    world.plug('ftp');
    world.run(30_000);
    expect(world.network.holders(world.vipOf('ftp'))).toEqual(['ftpb@web2']);
    world.faults.storageHangs = true;
    world.run(60_000);
    expect(world.network.holders(world.vipOf('ftp'))).toEqual(['ftpb@web2']);
    expect(transcript(world)).not.toMatch('does not serve');
  });

  test('a virtual server is not discarded for it when the agent of its manager is started anew', () => {
    const world = ring(WITH_STORAGE);
    world.loadOf = favouring('web2');
    world.host('ftp').starts_when_asked = false;
    world.plug('ftp');
    world.run(30_000);
    world.faults.storageHangs = true;
    world.restartAgent('mail');
    world.run(300_000);
    expect(transcript(world)).toMatch('DBSS_ftp_mail Recovery taken up again');
    expect(world.network.holders(world.vipOf('ftp'))).toEqual(['ftpb@web2']);
    expect(transcript(world).match(/creation started/g)).toHaveLength(1);
    expect(world.host('mail').state.dbss['DBSS_ftp_mail']?.storage.problem).toBe('it does not answer');
    world.faults.storageHangs = false;
    world.powerOn('ftp');
    world.run(200_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('a server that is dead is taken over all the same: its network says so', () => {
    const world = ring(WITH_STORAGE);
    world.faults.storageHangs = true;
    world.plug('ftp');
    world.run(30_000);
    expect(transcript(world)).toMatch(/DBSS_ftp_mail Virtual server creation started/);
  });

  test('without the look at the storage servers would be taken over: the look is what keeps them', () => {
    const world = ring();
    world.faults.storageHangs = true;
    world.run(30_000);
    expect(transcript(world)).toMatch('creation started');
  });
});

describe('the shared storage answers again, and no file on it can be opened yet', () => {
  test('nobody is taken over whose services wait for files, and a server whose daemon is dead is', () => {
    const world = ring(WITH_STORAGE);
    world.faults.storageOpensNothing = true;
    world.run(30_000);
    expect(transcript(world)).toMatch('The shared storage is in doubt (it opens no file)');
    expect(transcript(world)).not.toMatch('creation started');
    world.stopDaemon('ftp');
    world.run(20_000);
    expect(world.network.holders(world.vipOf('ftp'))[0]).toMatch(/^ftpb@/);
    expect(transcript(world).match(/creation started/g)).toHaveLength(1);
  });
});

describe('the shared storage is full', () => {
  /** Mail is examined by a delivery, as with `check: work`; the others by what does not write. */
  function ringWithDelivery(): World {
    const servers = ringOf(SIX, 'mail').servers.map((server) =>
      server.name === 'mail'
        ? { ...server, services: server.services.map((service) => ({ ...service, work: { kind: 'mail', imap_port: 143 } as const })) }
        : server,
    );
    return ring({ ...WITH_STORAGE, servers });
  }

  test('mail cannot be delivered, and would not be by a virtual server: nobody is taken over or restarted, and it says why', () => {
    const world = ringWithDelivery();
    world.faults.storageFull = true;
    world.run(60_000);
    expect(transcript(world)).toMatch(/DBSS_mail_\S+ The shared storage is in doubt \(it is full\)/);
    expect(transcript(world)).not.toMatch('creation started');
    expect(world.restarted).toEqual([]);
    world.faults.storageFull = false;
    world.run(30_000);
    world.runToInterval(8000);
    expect(abnormalities(world)).toEqual([]);
  });

  test('the virtual server of mail stays, although it cannot deliver either', () => {
    const world = ringWithDelivery();
    world.loadOf = favouring('web2');
    world.host('mail').starts_when_asked = false;
    world.plug('mail');
    world.run(30_000);
    world.faults.storageFull = true;
    world.run(60_000);
    expect(world.network.holders(world.vipOf('mail'))).toEqual(['mailb@web2']);
    expect(transcript(world)).not.toMatch('does not serve');
  });

  test('it is not in doubt any more when the virtual server is normal again', () => {
    const world = ringWithDelivery();
    world.loadOf = favouring('web2');
    world.host('mail').starts_when_asked = false;
    world.plug('mail');
    world.run(30_000);
    const doubts = (): unknown[] =>
      [...world.hosts.values()].flatMap(({ state }) => Object.values(state.dbss).map(({ storage }) => storage.problem));
    world.faults.storageFull = true;
    world.run(40_000);
    expect(doubts()).toContain('it is full');
    world.faults.storageFull = false;
    world.run(30_000);
    expect(doubts().filter((doubt) => doubt !== undefined)).toEqual([]);
  });

  test('a mail server that is dead is taken over, and its virtual server stays although it cannot deliver', () => {
    const world = ringWithDelivery();
    world.loadOf = favouring('web2');
    world.faults.storageFull = true;
    world.stopDaemon('mail');
    world.run(20_000);
    expect(world.network.holders(world.vipOf('mail'))).toEqual(['mailb@web2']);
    world.host('mail').starts_when_asked = false;
    world.run(20_000);
    expect(transcript(world).match(/creation started/g)).toHaveLength(1);
  });

  test('a server whose service fails for a reason of its own, and writes nothing, is taken over', () => {
    const world = ringWithDelivery();
    world.faults.storageFull = true;
    world.stopDaemon('ftp');
    world.run(20_000);
    expect(world.network.holders(world.vipOf('ftp'))[0]).toMatch(/^ftpb@/);
  });
});

test('a service that fails while the shared storage answers is taken over as soon as without one', () => {
  const recovered = (overrides: object): string | undefined => {
    const world = ring(overrides);
    world.stopDaemon('ftp');
    world.run(20_000);
    return world.transcript.find((line) => line.includes('Server function recovered'));
  };
  expect(recovered(WITH_STORAGE)).toBeDefined();
  expect(recovered(WITH_STORAGE)).toBe(recovered({}));
});
