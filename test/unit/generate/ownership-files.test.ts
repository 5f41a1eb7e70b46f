import type { AgentConfiguration } from '@dbss/agent/configuration/agent-configuration.ts';
import { checkAgentConfiguration, checkWitnessConfiguration } from '@dbss/agent/configuration/read-agent-configuration.ts';
import { LEASE_PROFILES } from '../../../cli/src/inventory/lease-profiles.ts';
import { checkInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { LAB, labInventory, replaced } from '../inventory/lab-inventory.ts';
import { inventoryText } from '../inventory/made-inventory.ts';
import { generatedFrom, textOf } from './materials.ts';

const files = generatedFrom(labInventory());

describe('what the witness gets', () => {
  test('its agent, its certificate and the key of the datagrams, and nothing of a server', () => {
    const paths = [...files.keys()].filter((name) => name.startsWith('hosts/files/'));
    expect(paths.sort()).toEqual([
      'hosts/files/rootfs/etc/dbss/agent.json',
      'hosts/files/rootfs/etc/dbss/datagram.key',
      'hosts/files/rootfs/etc/dbss/tls/ca.pem',
      'hosts/files/rootfs/etc/dbss/tls/server.key',
      'hosts/files/rootfs/etc/dbss/tls/server.pem',
      'hosts/files/vars.json',
    ]);
    expect(JSON.parse(textOf(files, 'hosts/files/vars.json'))).toEqual({
      dbss_server: 'files',
      dbss_daemons: [],
      dbss_packages: [],
      dbss_storage_packages: [],
    });
  });

  test('a configuration that its agent accepts, with the voters and leases that every server has', () => {
    const witness = checkWitnessConfiguration(JSON.parse(textOf(files, 'hosts/files/rootfs/etc/dbss/agent.json')));
    expect(witness).toMatchObject({ role: 'witness', self: 'files', cluster: 'lab', sem_port: 7410, datagram_port: 7411 });
    for (const { name } of labInventory().servers) {
      const server = checkAgentConfiguration(JSON.parse(textOf(files, `hosts/${name}/rootfs/etc/dbss/agent.json`)));
      expect(server.ring.ownership).toEqual(witness.ownership);
      expect(server.datagram_port).toBe(witness.datagram_port);
    }
  });
});

test('every voter stands in the configuration with its addresses on both networks, the witness last and marked', () => {
  const { ring } = JSON.parse(textOf(files, 'hosts/ftp/rootfs/etc/dbss/agent.json')) as AgentConfiguration;
  const voter = (name: string, number: number, witness: boolean): unknown => ({
    name,
    serviceAddress: `198.18.0.${String(number)}`,
    semAddress: `198.18.1.${String(number)}`,
    weight: 1,
    witness,
  });
  const servers = ['mail', 'ftp', 'web1', 'web2', 'proxy', 'login'];
  expect(ring.ownership?.voters).toEqual([...servers.map((name, index) => voter(name, 11 + index, false)), voter('files', 10, true)]);
  expect(ring.ownership).toMatchObject({ no_quorum: 'stop', duplicate_address: 'refuse', lease: LEASE_PROFILES.paper });
});

test.each([
  [2, 1],
  [3, 2],
  [4, 1],
  [5, 2],
])('beside %i servers the witness has %i vote(s): the sum is odd, and a half of the servers may die', (servers, votes) => {
  const witness = '    dbss_witness:\n      hosts:\n        files: { ansible_host: 198.18.21.99, dbss_real_ip: 198.18.20.99 }\n';
  const text = inventoryText(['a', 'b', 'c', 'd', 'e'].slice(0, servers)) + witness;
  const generated = generatedFrom(checkInventory('/site/a.yml', text));
  const configuration = checkWitnessConfiguration(JSON.parse(textOf(generated, 'hosts/files/rootfs/etc/dbss/agent.json')));
  const weights = configuration.ownership.voters.map(({ weight }) => weight);
  expect(weights).toEqual([...Array.from({ length: servers }, () => 1), votes]);
  const sum = servers + votes;
  expect(sum % 2).toBe(1);
  expect(Math.ceil(servers / 2) + votes).toBeGreaterThan(sum / 2);
  // Nor is it a majority by itself, nor missed when it is gone.
  expect(votes).toBeLessThan(sum / 2);
  expect(servers).toBeGreaterThan(sum / 2);
});

test('dbss_no_quorum, dbss_duplicate_address and dbss_lease reach the agents, with a ring that has no witness', () => {
  const text = inventoryText(['a', 'b', 'c']).replace(
    '  children:',
    '    dbss_no_quorum: keep\n    dbss_duplicate_address: take\n    dbss_lease: { lease_ms: 3000, renewal_ms: 600 }\n  children:',
  );
  const { ring } = JSON.parse(
    textOf(generatedFrom(checkInventory('/site/a.yml', text)), 'hosts/b/rootfs/etc/dbss/agent.json'),
  ) as AgentConfiguration;
  expect(ring.quorum).toBe('majority');
  expect(ring.ownership).toMatchObject({
    no_quorum: 'keep',
    duplicate_address: 'take',
    lease: { ...LEASE_PROFILES.paper, lease_ms: 3000, renewal_ms: 600 },
  });
  expect(ring.ownership?.voters.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

test('servers and witness have the same key of the datagrams, and it stands nowhere else', () => {
  const keys = [...files.values()].filter((file) => file.content.toString().includes('key of the datagrams'));
  expect(keys.map((file) => file.path).sort()).toEqual(
    ['files', 'ftp', 'login', 'mail', 'proxy', 'web1', 'web2'].map((name) => `hosts/${name}/rootfs/etc/dbss/datagram.key`),
  );
});

describe('fencing', () => {
  const fence = 'dbss_fencing: { agent: fence_ipmilan, parameters: { ip: 198.18.2.12, lanplus: true }, secrets: { password: ipmi-ftp } }';
  const fenced = generatedFrom(
    checkInventory('/site/lab.yml', replaced(LAB, 'dbss_type: NETWORK\n', `dbss_type: NETWORK\n          ${fence}\n`)),
  );
  const configuration = (name: string): AgentConfiguration =>
    checkAgentConfiguration(JSON.parse(textOf(fenced, `hosts/${name}/rootfs/etc/dbss/agent.json`)));

  test('is known, with its secret, to the servers that may have to switch the target off, and to nobody else', () => {
    const parameters = { ip: '198.18.2.12', lanplus: '1', password: "key of ftp's fence" };
    expect(configuration('mail').fencing).toEqual({ ftp: { agent: 'fence_ipmilan', parameters } });
    const holders = [...fenced.values()].filter((file) => file.content.toString().includes("ftp's fence")).map((file) => file.path);
    expect(holders.sort()).toEqual(['login', 'mail', 'proxy', 'web1', 'web2'].map((name) => `hosts/${name}/rootfs/etc/dbss/agent.json`));
  });

  test('brings the fence agents to those servers', () => {
    const packages = (name: string): unknown =>
      (JSON.parse(textOf(fenced, `hosts/${name}/vars.json`)) as { dbss_packages: unknown }).dbss_packages;
    expect(packages('web1')).toEqual(['apache2', 'fence-agents']);
    expect(packages('ftp')).toEqual(['vsftpd']);
  });
});
