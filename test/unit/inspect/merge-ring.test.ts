import { expect, test } from '@jest/globals';
import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import { mergeRing } from '../../../cli/src/inspect/merge-ring.ts';
import type { InspectedServer, ServerAnswer } from '../../../cli/src/inspect/merge-ring.ts';
import type { RingView, WitnessView } from '../../../cli/src/inspect/ring-view.ts';
import { renderRing } from '../../../cli/src/inspect/render-ring.ts';

const TEST = { cluster: 'test', method: 'ring', managementServer: undefined } as const;
const NAMES = ['mail', 'ftp', 'web1'];
const SERVERS: readonly InspectedServer[] = NAMES.map((name, index) => ({
  name,
  virtualIp: `198.18.0.${111 + index}`,
  services: [{ daemon: `${name}d`, probe: 'tcp', port: 1 }],
}));
const FILES: ManagementFiles = {
  group: '1 mail mail.dat\n2 ftp ftp.dat\n3 web1 web1.dat\n',
  operation: '',
  separation: '',
  heartbeat: '',
  problem: '',
  data: {},
};
const WITHOUT_FTP: ManagementFiles = {
  ...FILES,
  group: '1 mail mail.dat\n3 web1 web1.dat\n',
  separation: '2 ftp ftp.dat\n',
  problem: 'ftpb ftp web1\n',
};

/** A server that runs, manages the next one and holds its own address. */
function running(server: string, changes: Partial<AgentStatus> = {}): AgentStatus {
  const index = NAMES.indexOf(server);
  const target = NAMES[(index + 1) % NAMES.length] ?? '';
  return {
    server,
    cluster: 'test',
    executor: 'running',
    boot_id: 'b',
    files: FILES,
    dbss: [{ name: `DBSS_${target}_${server}`, target, phase: 'monitoring' }],
    holds: [{ vip: SERVERS[index]?.virtualIp ?? '', by: server }],
    standby: { state: 'suspended', target: undefined },
    internal: { network: true, services: { [`${server}d`]: true } },
    remaining: undefined,
    ...changes,
  };
}

const merge = (answers: Record<string, ServerAnswer>): ReturnType<typeof mergeRing> =>
  mergeRing(TEST, SERVERS, new Map(Object.entries(answers)));
const all = (): Record<string, ServerAnswer> => Object.fromEntries(NAMES.map((name) => [name, { status: running(name) }]));

test('in a whole ring each server is managed by the one before it and holds its own address', () => {
  const view = merge(all());
  expect(view.allManaged).toBe(true);
  expect(view.disagreements).toEqual([]);
  expect(view.servers[1]).toEqual({
    name: 'ftp',
    state: 'managed',
    manages: ['web1'],
    managesSecond: [],
    managedBy: 'mail',
    phase: 'monitoring',
    heldBack: null,
    noHost: null,
    storageInDoubt: null,
    vip: '198.18.0.112',
    heldBy: 'ftp',
    lease: null,
    addressProblem: null,
    scriptsNotRun: [],
    services: ['ftpd'],
    normal: true,
    networkAbnormal: false,
    abnormalServices: [],
    standby: 'suspended',
    standbyTarget: null,
    procedure: null,
    unreachable: null,
  });
});

test('a configuration that is not as captured is told below the ring, and one that is is not', () => {
  const stamp = { server: 'ftp', epoch: 3, digest: 'd', seal: 's', bytes: 1, captured_unix_s: 1 };
  const procedures = { listed: true, have: [stamp], differences: [], unread: [], notices: [], troubles: [] };
  const shown = (changes: object): string =>
    renderRing(merge({ ...all(), ftp: { status: running('ftp', { procedures: { ...procedures, ...changes } }) } }));
  expect(shown({})).not.toContain('Procedure');
  expect(shown({ differences: ['/etc/vsftpd.conf'] })).toContain(
    'Procedure of ftp: its configuration has changed since version 3: /etc/vsftpd.conf',
  );
  expect(shown({ problem: 'no key' })).toContain('Procedure of ftp: not captured: no key');
});

test('a server that is held back is shown with until when and why', () => {
  const until_unix_ms = Date.parse('2026-11-29T12:35:02Z');
  const dbss = [{ name: 'DBSS_ftp_mail', target: 'ftp', phase: 'waiting', heldBack: { until_unix_ms, returns: 3 } }];
  const view = merge({ ...all(), mail: { status: running('mail', { files: WITHOUT_FTP, dbss }) } });
  expect(view.servers[1]).toMatchObject({ state: 'recovering', heldBack: { until: '2026-11-29T12:35:02.000Z', returns: 3 } });
  expect(view.servers[2]?.heldBack).toBeNull();
  const time = new Date(until_unix_ms).toLocaleTimeString('en-GB');
  expect(renderRing(view)).toContain(
    `Held back: ftp until ${time}, because it was returned 3 times lately (dbssctl ring return ftp returns it at once)`,
  );
});

test('a server for which every host failed is shown with those hosts, and when they are tried again', () => {
  const again_unix_ms = Date.parse('2026-11-29T12:35:02Z');
  const dbss = [{ name: 'DBSS_ftp_mail', target: 'ftp', phase: 'waiting', noHost: { failed: ['web1', 'login'], again_unix_ms } }];
  const view = merge({ ...all(), mail: { status: running('mail', { files: WITHOUT_FTP, dbss }) } });
  expect(view.servers[1]?.noHost).toEqual({ failed: ['web1', 'login'], again: '2026-11-29T12:35:02.000Z' });
  const time = new Date(again_unix_ms).toLocaleTimeString('en-GB');
  expect(renderRing(view)).toContain(
    `Nobody serves ftp: its virtual server could not be created on web1, login (why: dbssctl log mail); tried again there at ${time}, at once on another host`,
  );
});

test('a dead server is recovering while its manager works on it, and the virtual server holds its address', () => {
  const view = merge({
    mail: {
      status: running('mail', {
        files: WITHOUT_FTP,
        dbss: [
          { name: 'DBSS_ftp_mail', target: 'ftp', phase: 'waiting' },
          { name: 'DBSS_web1_mail', target: 'web1', phase: 'monitoring' },
        ],
      }),
    },
    ftp: { unreachable: 'no answer within 2000 ms' },
    web1: {
      status: running('web1', {
        files: WITHOUT_FTP,
        holds: [
          { vip: '198.18.0.113', by: 'web1' },
          { vip: '198.18.0.112', by: 'ftpb@web1' },
        ],
        standby: { state: 'serving', target: 'ftp' },
      }),
    },
  });
  expect(view.servers[1]).toMatchObject({ state: 'recovering', managedBy: 'mail', heldBy: 'ftpb@web1', standby: null, manages: [] });
  expect(view.servers[2]).toMatchObject({ state: 'managed', managedBy: 'mail', standbyTarget: 'ftp' });
  expect(view.ring).toEqual(['mail', 'web1']);
  expect(view.allManaged).toBe(false);
});

test('a server that was given up is separated, although its virtual server is watched', () => {
  const dbss = [{ name: 'DBSS_ftp_mail', target: 'ftp', phase: 'waiting', givenUp: true as const }];
  const view = merge({ mail: { status: running('mail', { files: WITHOUT_FTP, dbss }) } });
  expect(view.servers[1]).toMatchObject({ state: 'separated', managedBy: 'mail' });
});

test('a server that nobody works on any more is separated', () => {
  const view = merge({
    mail: { status: running('mail', { files: WITHOUT_FTP, dbss: [] }) },
    web1: { status: running('web1', { files: WITHOUT_FTP }) },
  });
  expect(view.servers[1]?.state).toBe('separated');
});

test('a server that was just cut off is unreachable although its manager has not noticed, and nobody holds its address', () => {
  const view = merge({ ...all(), ftp: { unreachable: 'no answer within 2000 ms' } });
  expect(view.servers[1]).toMatchObject({ state: 'unreachable', managedBy: 'mail', heldBy: null, unreachable: 'no answer within 2000 ms' });
});

test('a server without management files waits', () => {
  const view = merge({ ...all(), ftp: { status: running('ftp', { executor: 'waiting-for-files', files: undefined, dbss: [] }) } });
  expect(view.servers[1]?.state).toBe('waiting');
  expect(view.disagreements).toEqual([]);
});

test('a server is normal when its internal monitoring says so of network and all services, and unknown before', () => {
  const normal = (internal: AgentStatus['internal']): boolean | null | undefined =>
    merge({ ...all(), ftp: { status: running('ftp', { internal }) } }).servers[1]?.normal;
  expect(normal({ network: true, services: { ftpd: true } })).toBe(true);
  expect(normal({ network: true, services: { ftpd: false } })).toBe(false);
  expect(normal({ network: false, services: {} })).toBe(false);
  expect(normal({ network: true, services: {} })).toBeNull();
});

test('a running server that nobody monitors is unmanaged', () => {
  const view = merge({ ...all(), mail: { status: running('mail', { dbss: [] }) } });
  expect(view.servers[1]).toMatchObject({ state: 'unmanaged', managedBy: null });
});

test('disagreements between servers are shown: files, two managers, two holders', () => {
  const view = merge({
    ...all(),
    web1: {
      status: running('web1', {
        files: WITHOUT_FTP,
        dbss: [{ name: 'DBSS_ftp_web1', target: 'ftp', phase: 'monitoring' }],
        holds: [{ vip: '198.18.0.112', by: 'ftpb@web1' }],
      }),
    },
  });
  expect(view.disagreements).toEqual([
    'the group file differs: mail, ftp | web1',
    'the separation file differs: mail, ftp | web1',
    'the problem file differs: mail, ftp | web1',
    '198.18.0.112 of ftp is held by ftp and ftpb@web1',
    'ftp is managed by mail and web1',
  ]);
});

test('with all servers dead the picture still has every server', () => {
  const view = merge({});
  expect(view.servers.map((server) => server.state)).toEqual(['unreachable', 'unreachable', 'unreachable']);
  expect(renderRing(view)).toContain('no server runs the management program (mail) (ftp) (web1)');
});

test('the text shows the ring in order, abnormal services and who does not answer', () => {
  const text = renderRing(
    merge({
      ...all(),
      ftp: { unreachable: 'ftp: no answer within 2000 ms' },
      web1: { status: running('web1', { internal: { network: true, services: { web1d: false } } }) },
    }),
  );
  expect(text).toContain('Ring test: mail → ftp → web1 → mail');
  expect(text).toContain('web1d (abnormal)');
  expect(text).toContain('No answer: ftp: no answer within 2000 ms');
});

test('a server whose own network examination fails is told, also while it counts as managed', () => {
  const abnormal = { network: false, services: { ftpd: true } };
  const view = merge({ ...all(), ftp: { status: running('ftp', { internal: abnormal }) } });
  expect(view.servers.map(({ networkAbnormal }) => networkAbnormal)).toEqual([false, true, false]);
  expect(renderRing(view)).toContain('Network of ftp: abnormal, says its own examination');
  expect(renderRing(merge(all()))).not.toContain('Network of');
});

test('the witness is shown beside the servers: whether it answers, or why it does not', () => {
  const ring = (witness: WitnessView): RingView => mergeRing(TEST, SERVERS, new Map(Object.entries(all())), witness);
  const good = ring({ name: 'files', state: 'reachable', unreachable: null });
  expect(good.witness).toEqual({ name: 'files', state: 'reachable', unreachable: null });
  expect(renderRing(good)).toContain('Witness files: reachable');
  expect(renderRing(ring({ name: 'files', state: 'unreachable', unreachable: 'files: no answer within 2000 ms' }))).toContain(
    'Witness files: unreachable: no answer within 2000 ms',
  );
  expect(merge(all()).witness).toBeNull();
  expect(renderRing(merge(all()))).not.toContain('Witness');
});

test('a witness that does not answer leaves the servers managed', () => {
  const view = mergeRing(TEST, SERVERS, new Map(Object.entries(all())), { name: 'files', state: 'unreachable', unreachable: 'off' });
  expect(view.allManaged).toBe(true);
});

test('a lease is told of the one that holds the address, also where another still wants it, and the voters of the newest configuration', () => {
  const voters = ['mail', 'ftp', 'web1'].map((name) => ({ name, uuid: `disk-of-${name}`, weight: name === 'mail' ? 2 : 1 }));
  const lease = { vip: '198.18.0.112', where: 'machine', refusedBy: undefined } as const;
  const view = merge({
    ...all(),
    ftp: { status: running('ftp', { leases: [{ ...lease, state: 'lost' }], voter: { uuid: 'disk-of-ftp', configuration: undefined } }) },
    web1: {
      status: running('web1', {
        leases: [{ ...lease, where: 'tap', state: 'held' }],
        voter: { uuid: 'disk-of-web1', configuration: { term: 2, version: 5, voters } },
      }),
    },
  });
  expect(view.servers[1]?.lease).toBe('held');
  expect(view.voters).toEqual({
    term: 2,
    version: 5,
    voters: [
      { name: 'mail', votes: 2 },
      { name: 'ftp', votes: 1 },
      { name: 'web1', votes: 1 },
    ],
  });
  expect(renderRing(view)).toContain('Voters 2.5: mail (2 votes) ftp web1');
});

test('a server whose lease is lost is told as its holder without one', () => {
  const lease = { vip: '198.18.0.112', where: 'machine', state: 'lost', refusedBy: undefined } as const;
  const view = merge({ ...all(), ftp: { status: running('ftp', { leases: [lease] }) } });
  expect(renderRing(view)).toContain('ftp (lease lost)');
});

test('a server that cannot set its own address is told with the reason', () => {
  const ownAddressProblem = 'machine 02:00:00:00:00:77 answers for it on the service network';
  const view = merge({ ...all(), ftp: { status: running('ftp', { holds: [], ownAddressProblem }) } });
  expect(view.servers[1]).toMatchObject({ heldBy: null, addressProblem: ownAddressProblem });
  expect(renderRing(view)).toContain(`Address not set: 198.18.0.112 on ftp, because ${ownAddressProblem}; tried again in each interval`);
});

test('a script that a server cannot run is told with the reason, and is no trouble of the ring', () => {
  const scriptsNotRun = [{ script: '/usr/local/sbin/db-ok', reason: 'it is not there' }];
  const view = merge({ ...all(), ftp: { status: running('ftp', { scriptsNotRun }) } });
  expect(view).toMatchObject({ allManaged: true, disagreements: [] });
  expect(renderRing(view)).toContain(
    'Script not run: /usr/local/sbin/db-ok on ftp: it is not there; what it examines counts as normal for ftp',
  );
});

test('in the P2P method the one with priority 1 is the manager, and the other one is told beside its targets', () => {
  const withSecond = (server: string, second: string): ServerAnswer => {
    const status = running(server);
    return {
      status: { ...status, dbss: [...status.dbss, { name: `DBSS_${second}_${server}`, target: second, phase: 'monitoring', priority: 2 }] },
    };
  };
  const answers = { mail: withSecond('mail', 'web1'), ftp: withSecond('ftp', 'mail'), web1: withSecond('web1', 'ftp') };
  const view = mergeRing({ ...TEST, method: 'p2p' }, SERVERS, new Map(Object.entries(answers)));
  expect(view.disagreements).toEqual([]);
  expect(view.servers[1]).toMatchObject({ managedBy: 'mail', manages: ['web1'], managesSecond: ['mail'] });
  expect(renderRing(view)).toMatch(/^P2P test: mail ⇄ ftp ⇄ web1 ⇄ mail\n[^]*web1 mail \(P2\)/);
});

test('in the P2P method a server whose manager with priority 1 has gone is managed by the other one', () => {
  const dbss = [{ name: 'DBSS_ftp_web1', target: 'ftp', phase: 'monitoring', priority: 2 as const }];
  const answers = { ftp: { status: running('ftp') }, web1: { status: running('web1', { dbss }) } };
  const view = mergeRing({ ...TEST, method: 'p2p' }, SERVERS, new Map(Object.entries(answers)));
  expect(view.servers[1]).toMatchObject({ state: 'managed', managedBy: 'web1' });
});

test('a dedicated management server that waits for its files is no target of itself', () => {
  const answers = {
    mail: { status: running('mail', { executor: 'waiting-for-files', files: undefined, dbss: [] }) },
    ftp: { status: running('ftp') },
  };
  const view = mergeRing({ cluster: 'test', method: 'dedicated', managementServer: 'mail' }, SERVERS, new Map(Object.entries(answers)));
  expect(renderRing(view)).toMatch(/^Dedicated test: nobody → ftp web1\n/);
});

test('a dedicated management server is managed by nobody, and all is well', () => {
  const manager = {
    ...running('mail'),
    dbss: ['ftp', 'web1'].map((target) => ({ name: `DBSS_${target}_mail`, target, phase: 'monitoring' })),
  };
  const answers = {
    mail: { status: manager },
    ftp: { status: running('ftp', { dbss: [] }) },
    web1: { status: running('web1', { dbss: [] }) },
  };
  const view = mergeRing({ cluster: 'test', method: 'dedicated', managementServer: 'mail' }, SERVERS, new Map(Object.entries(answers)));
  expect(view.allManaged).toBe(true);
  expect(view.servers.map(({ state, managedBy }) => [state, managedBy])).toEqual([
    ['managing', null],
    ['managed', 'mail'],
    ['managed', 'mail'],
  ]);
  expect(renderRing(view)).toMatch(/^Dedicated test: mail → ftp web1\n/);
});

test('a server that is left alone because the shared storage hangs is shown with the reason', () => {
  const dbss = [{ name: 'DBSS_ftp_mail', target: 'ftp', phase: 'monitoring', storageInDoubt: '/srv/dbss does not answer within 2000 ms' }];
  const view = merge({ ...all(), mail: { status: running('mail', { dbss }) } });
  expect(view.servers[1]).toMatchObject({ state: 'managed', storageInDoubt: '/srv/dbss does not answer within 2000 ms' });
  expect(renderRing(view)).toContain(
    'Shared storage in doubt: /srv/dbss does not answer within 2000 ms, says mail; ftp is left alone although it does not serve',
  );
  const virtual = { ...view, servers: view.servers.map((server) => ({ ...server, heldBy: 'ftpb@web1' })) };
  expect(renderRing(virtual)).toContain('says mail; ftp (its virtual server ftpb@web1) is left alone although it does not serve');
});
