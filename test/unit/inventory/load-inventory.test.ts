import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../../cli/src/errors.ts';
import { InventoryError } from '../../../cli/src/inventory/inventory-error.ts';
import { checkInventory, loadInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { INVENTORIES, LAB, labInventory, problemsIn, replaced } from './lab-inventory.ts';
import { inventoryText } from './made-inventory.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-inventory-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

async function failureOf(file: string): Promise<InventoryError> {
  const error: unknown = await loadInventory(file).catch((thrown: unknown) => thrown);
  if (error instanceof InventoryError) return error;
  throw new Error(`expected an InventoryError, got ${String(error)}`);
}

test('ring order is the order of the file', () => {
  const { servers } = labInventory();
  expect(servers.map(({ number, name }) => [number, name])).toEqual([
    [1, 'mail'],
    [2, 'ftp'],
    [3, 'web1'],
    [4, 'web2'],
    [5, 'proxy'],
    [6, 'login'],
  ]);
});

test('what holds the shared storage may be captured without it', () => {
  const excluded = replaced(
    LAB,
    'dbss_services: [{ daemon: vsftpd }]',
    'dbss_services: [{ daemon: vsftpd }]\n          dbss_capture: { paths: [/srv], excludes: [/srv/dbss] }',
  );
  expect(problemsIn(excluded)).toEqual([]);
});

test('the shipped inventories are good and share neither cluster, server name nor address', async () => {
  const lab = await loadInventory(path.join(INVENTORIES, 'lab.yml'));
  const small = await loadInventory(path.join(INVENTORIES, 'small.yml'));
  expect(small.servers).toHaveLength(3);
  const words = ({ cluster, servers }: typeof lab): string[] => [
    cluster,
    ...servers.flatMap((server) => [server.name, server.realIp, server.virtualIp, server.virtualServerIp, server.semAddress, server.mac]),
  ];
  expect(words(lab).filter((word) => words(small).includes(word))).toEqual([]);
});

test('a missing file is told with the nearest file that is there', async () => {
  writeFileSync(path.join(directory, 'site.yml'), LAB);
  const missing = path.join(directory, 'sites.yml');
  const error = await failureOf(missing);
  const suggestion = path.join(directory, 'site.yml');
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toBe(`${missing}:1:1: found no such file, expected an inventory in YAML; did you mean ${suggestion}?`);
  expect(error.problems).toEqual([expect.objectContaining({ file: missing, line: 1, column: 1, found: 'no such file', suggestion })]);
});

test('a directory is no inventory', async () => {
  const error = await failureOf(directory);
  expect(error.problems[0]).toMatchObject({ found: 'a directory', expected: 'an inventory in YAML' });
});

test('an empty file is no inventory', () => {
  expect(problemsIn('# nothing\n')).toEqual([
    expect.objectContaining({ line: 1, column: 1, found: 'nothing', expected: 'an Ansible YAML inventory with dbss_* variables' }),
  ]);
});

test('everything wrong is told at once, in the order of the file, one line each beginning file:line:column', () => {
  let text = replaced(LAB, 'dbss_profile: paper', 'dbss_profile: papr');
  text = replaced(text, 'dbss_virtual_ip: 198.18.0.112', 'dbss_virtual_ip: 198.19.0.112');
  text = replaced(text, 'dbss_type: CPU\n', 'dbss_typ: CPU\n');
  text = replaced(text, '        web2:', '        web1:');
  const error = ((): unknown => {
    try {
      return checkInventory('inventories/site.yml', text);
    } catch (thrown) {
      return thrown;
    }
  })();
  if (!(error instanceof InventoryError)) throw new Error('the inventory passed');
  expect(error.message.split('\n')).toEqual([
    'inventories/site.yml:8:19: found "papr", expected the timing profile, one of paper, fast, wan; did you mean paper?',
    'inventories/site.yml:41:28: found 198.19.0.112 as the virtual IP of ftp, outside the service network, expected an address for a machine in 198.18.0.0/24',
    'inventories/site.yml:56:9: found the key "web1" again, expected each name once; it stands in line 47 already',
    expect.stringMatching(/^inventories\/site\.yml:80:11: found the unknown key "dbss_typ", .*; did you mean dbss_type\?$/),
  ]);
  expect(error.hint).toBe('correct the 4 lines above and run the command again; nothing was changed');
});

test('fewer than two servers are no ring', () => {
  expect(problemsIn(inventoryText(['alone']))).toEqual([
    expect.objectContaining({ line: 9, found: '1 server', expected: expect.stringContaining('2 to 12 servers') }),
  ]);
});

test('more than twelve servers are refused', () => {
  const names = Array.from({ length: 13 }, (_, index) => `s${String(index)}`);
  expect(problemsIn(inventoryText(names))).toEqual([
    expect.objectContaining({ line: 9, found: '13 servers', expected: expect.stringContaining('2 to 12 servers') }),
  ]);
});

test('what an inventory leaves open has a default', () => {
  const inventory = checkInventory('site.yml', inventoryText(['a', 'b', 'c']));
  expect(inventory).toMatchObject({
    path: path.resolve('site.yml'),
    method: 'ring',
    quorum: 'majority',
    noQuorum: 'stop',
    witness: undefined,
    profile: 'paper',
    logSeconds: false,
    users: [],
    sharedStorage: undefined,
    lab: undefined,
    standby: { memory_mb: 512 },
    network_rate_kb_s: 250_000,
    advice: [],
  });
});

test('dbss_timing overrides single durations of the profile', () => {
  const text = replaced(LAB, 'dbss_profile: paper', 'dbss_profile: fast\n    dbss_timing: { answer_ms: 400 }');
  const { profile, timing } = checkInventory('site.yml', text);
  expect(profile).toBe('fast');
  expect(timing).toEqual({
    interval_ms: 500,
    network_examination_ms: 100,
    service_examination_ms: 500,
    restart_wait_ms: 50_000,
    internal_monitoring_at_ms: 150,
    poll_ms: 250,
    answer_ms: 400,
    virtual_server_creation_ms: 15_000,
  });
});

test('the paper profile holds the setting parameters of Table 1', () => {
  expect(labInventory().timing).toMatchObject({
    interval_ms: 10_000,
    network_examination_ms: 2000,
    service_examination_ms: 3000,
    restart_wait_ms: 50_000,
  });
});

test('well-known daemons bring their probe and port, and sshd is the unit ssh', () => {
  const text = replaced(LAB, '{ daemon: ssh }', '{ daemon: sshd }, { daemon: gitea, probe: http, port: 3000 }');
  const services = Object.fromEntries(checkInventory('site.yml', text).servers.map((server) => [server.name, server.services]));
  expect(services).toEqual({
    mail: [
      { daemon: 'postfix', probe: 'smtp', port: 25 },
      { daemon: 'dovecot', probe: 'imap', port: 143 },
    ],
    ftp: [{ daemon: 'vsftpd', probe: 'ftp', port: 21 }],
    web1: [{ daemon: 'apache2', probe: 'http', port: 80 }],
    web2: [{ daemon: 'apache2', probe: 'http', port: 80 }],
    proxy: [{ daemon: 'squid', probe: 'proxy', port: 3128 }],
    login: [
      { daemon: 'ssh', probe: 'ssh', port: 22 },
      { daemon: 'gitea', probe: 'http', port: 3000 },
    ],
  });
});

test('anchors and merges are followed, and problems in them are shown where they are used', () => {
  const text = inventoryText(['a', 'b', 'c'])
    .replace('dbss_services: [{ daemon: ssh }]', 'dbss_services: &services [{ daemon: ssh }]')
    .replaceAll('dbss_services: [{ daemon: ssh }]', 'dbss_services: *services');
  expect(checkInventory('site.yml', text).servers.map(({ services }) => services[0]?.daemon)).toEqual(['ssh', 'ssh', 'ssh']);
  const damaged = problemsIn(text.replace('&services [{ daemon: ssh }]', '&services [{ demon: ssh }]'));
  expect(damaged.map(({ found }) => found)).toEqual(Array(3).fill('the unknown key "demon"'));
  expect(damaged.every(({ line }) => line > 9)).toBe(true);
});
