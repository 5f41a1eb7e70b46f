import { formatGroup, parseGroup } from '@dbss/agent/protocol/management-files/group.ts';
import { formatHeartbeatRecord, parseHeartbeat } from '@dbss/agent/protocol/management-files/heartbeat.ts';
import { formatManagementData, parseManagementData } from '@dbss/agent/protocol/management-files/management-data.ts';
import { operationFromGroup, parseOperation } from '@dbss/agent/protocol/management-files/operation.ts';
import { formatProblemRecord, parseProblem, virtualServerName } from '@dbss/agent/protocol/management-files/problem.ts';
import { World } from '../support/world.ts';
import { ringInMidInterval, SIX } from '../support/normal.ts';
import { filesOf } from '../support/ring-of.ts';

const RING = { method: 'ring' } as const;
const GROUP = '1 mail mail.dat\n2 ftp ftp.dat\n3 web1 web1.dat\n4 web2 web2.dat\n5 proxy proxy.dat\n6 login login.dat\n';

describe('§2.4 management files and management data', () => {
  test('§2.4 number, target server name and name of the management data are recorded in the group file', () => {
    expect(filesOf(SIX).group).toBe(GROUP);
    expect(parseGroup('2 ftp ftp.dat\n')).toEqual([{ number: 2, server: 'ftp', dataName: 'ftp.dat' }]);
    expect(formatGroup([...parseGroup(GROUP)].reverse())).toBe(GROUP);
  });

  test('§2.4 the operation file is created from the group file: management server, target server, management data', () => {
    expect(operationFromGroup(GROUP, RING)).toBe(
      'mail ftp ftp.dat\nftp web1 web1.dat\nweb1 web2 web2.dat\nweb2 proxy proxy.dat\nproxy login login.dat\nlogin mail mail.dat\n',
    );
  });

  test.each([
    ['1 mail mail.dat\n3 web1 web1.dat\n', 'mail web1 web1.dat\nweb1 mail mail.dat\n'],
    ['4 web2 web2.dat\n', ''],
    ['', ''],
  ])('§2.4 the operation file of a shrunken group %j', (group, operation) => {
    expect(operationFromGroup(group, RING)).toBe(operation);
  });

  test('§2.4 based on the operation file the mail server manages the FTP server', () => {
    expect(parseOperation(operationFromGroup(GROUP, RING))[0]).toEqual({
      manager: 'mail',
      target: 'ftp',
      dataName: 'ftp.dat',
      priority: 1,
    });
  });

  test('§2.4 the problem file holds the virtual server, the failed target server and the management server that creates the virtual server', () => {
    const record = { virtualServer: 'loginb', target: 'login', host: 'ftp' };
    expect(formatProblemRecord(record)).toBe('loginb login ftp');
    expect(parseProblem('loginb login ftp\n')).toEqual([record]);
    expect(virtualServerName('login')).toBe('loginb');
  });

  test('§2.4 a failed server is moved from the group file to the separation file and a new operation file is created, on all servers', () => {
    const world = ringInMidInterval(new World(SIX));
    world.plug('ftp');
    world.run(20_000);
    for (const name of SIX.filter((server) => server !== 'ftp')) {
      const files = world.files(name);
      expect(files?.group).toBe(GROUP.replace('2 ftp ftp.dat\n', ''));
      expect(files?.separation).toBe('2 ftp ftp.dat\n');
      expect(files?.operation).toBe(
        'mail web1 web1.dat\nweb1 web2 web2.dat\nweb2 proxy proxy.dat\nproxy login login.dat\nlogin mail mail.dat\n',
      );
      expect(files?.problem).toBe('ftpb ftp login\n');
    }
  });

  test('§2.4 when it is recovered its problem record is deleted, its data return to the group file, and the operation file is reconstructed', () => {
    const world = ringInMidInterval(new World(SIX));
    world.plug('ftp');
    world.run(130_000);
    for (const name of SIX) {
      const { group, operation, separation, problem } = world.files(name) ?? filesOf([]);
      expect({ group, operation, separation, problem }).toEqual({
        group: GROUP,
        operation: operationFromGroup(GROUP, RING),
        separation: '',
        problem: '',
      });
    }
  });

  test('§2.4 a server that finds its network and services normal records the current UNIX time in the heartbeat file', () => {
    expect(formatHeartbeatRecord({ server: 'ftp', unix_s: 1_660_000_000 })).toBe('ftp 1660000000');
    const world = ringInMidInterval(new World(SIX));
    world.run(2000);
    const now_s = Math.floor(world.now_ms / 1000);
    for (const { unix_s } of parseHeartbeat(world.files('mail')?.heartbeat ?? '')) {
      expect(unix_s).toBeLessThanOrEqual(now_s);
      expect(unix_s).toBeGreaterThan(now_s - 2);
    }
  });

  test.each([
    ['service', (world: World) => world.stopDaemon('ftp')],
    ['network', (world: World) => (world.network.gatewayAnswers = false)],
  ])('§2.4 a server that finds its %s abnormal records no heartbeat', (_, fault) => {
    const world = ringInMidInterval(new World(SIX));
    const recorded = (): number | undefined =>
      parseHeartbeat(world.files('ftp')?.heartbeat ?? '').find(({ server }) => server === 'ftp')?.unix_s;
    const before = recorded();
    fault(world);
    world.run(4900);
    expect(recorded()).toBe(before);
  });

  test('§2.4 management data: virtual IP address in the first line, target server information in the second to sixth', () => {
    const data = {
      virtualIp: '198.18.0.111',
      server: 'mail',
      realIp: '198.18.0.11',
      mac: '02:db:55:00:00:11',
      daemons: ['postfix', 'dovecot'],
      type: 'CPU_NET',
    } as const;
    const text = '198.18.0.111\nmail\n198.18.0.11\n02:db:55:00:00:11\npostfix dovecot\nCPU_NET\n';
    expect(formatManagementData(data)).toBe(text);
    expect(parseManagementData(text)).toEqual(data);
  });

  test('§2.4 several services are recorded on the fifth line with space separation', () => {
    const text = '198.18.0.111\nmail\n198.18.0.11\n02:db:55:00:00:11\npostfix dovecot\nCPU_NET\n';
    expect(parseManagementData(text)?.daemons).toEqual(['postfix', 'dovecot']);
  });

  test.each([
    ['a missing line', '198.18.0.111\nmail\n198.18.0.11\n02:db:55:00:00:11\npostfix\n'],
    ['an unknown type', '198.18.0.111\nmail\n198.18.0.11\n02:db:55:00:00:11\npostfix\nDISK\n'],
    ['a seventh line', '198.18.0.111\nmail\n198.18.0.11\n02:db:55:00:00:11\npostfix\nCPU\nmore\n'],
    ['no end of line', '198.18.0.111\nmail\n198.18.0.11\n02:db:55:00:00:11\npostfix\nCPU'],
  ])('§2.4 management data with %s are none', (_, text) => {
    expect(parseManagementData(text)).toBeUndefined();
  });

  test('§2.4 these files and data lie on the memory disk of each management server', () => {
    const world = ringInMidInterval(new World(SIX));
    for (const name of SIX) {
      expect([...world.host(name).disk.files.keys()].sort()).toEqual(
        [...SIX.map((server) => `data/${server}.dat`), 'group', 'heartbeat', 'operation', 'problem', 'separation'].sort(),
      );
    }
  });
});
