import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkAgentConfiguration,
  checkWitnessConfiguration,
  readAgentConfiguration,
} from '../../../agent/src/configuration/read-agent-configuration.ts';
import type { AgentConfiguration, WitnessConfiguration } from '../../../agent/src/configuration/agent-configuration.ts';
import type { OwnershipConfiguration, Voter } from '../../../agent/src/protocol/ring/ownership-configuration.ts';

const timing = {
  interval_ms: 10_000,
  network_examination_ms: 2_000,
  service_examination_ms: 3_000,
  restart_wait_ms: 50_000,
  internal_monitoring_at_ms: 4_000,
  poll_ms: 1_000,
  answer_ms: 2_000,
  virtual_server_creation_ms: 30_000,
};
const weights = { memory: 0.5, cpu: 0.25, network: 0.25 };

function server(number: number, name: string): AgentConfiguration['ring']['servers'][number] {
  return {
    number,
    name,
    dataName: `${name}.dat`,
    semAddress: `198.18.1.${String(10 + number)}`,
    virtualServerAddress: `198.18.0.${String(210 + number)}`,
    services: [{ daemon: 'vsftpd', probe: 'ftp', port: 21 }],
  };
}

const valid: AgentConfiguration = {
  format: 1,
  role: 'server',
  ring: {
    cluster: 'lab',
    self: 'ftp',
    method: 'ring',
    quorum: 'none',
    timing,
    servers: [server(1, 'mail'), server(2, 'ftp')],
    gateway: '198.18.0.1',
    service_prefix_length: 24,
    weights: { CPU: weights, NETWORK: weights, CPU_NET: weights },
    network_rate_kb_s: 250_000,
    log_seconds: true,
  },
  service_interface: 'br0',
  sem_interface: 'eth1',
  sem_port: 7410,
  datagram_port: 7411,
  wake_on_lan_broadcasts: ['198.18.0.255', '198.18.1.255'],
  standby: { domain: 'dbss-standby', mac: '02:db:55:00:01:12', memory_mb: 512 },
};

function voter(name: string, number: number, witness = false): Voter {
  return { name, serviceAddress: `198.18.0.${String(number)}`, semAddress: `198.18.1.${String(number)}`, weight: 1, witness };
}

const ownership: OwnershipConfiguration = {
  no_quorum: 'stop',
  duplicate_address: 'refuse',
  voters: [voter('mail', 11), voter('ftp', 12), voter('files', 10, true)],
  lease: { lease_ms: 2_000, long_lease_ms: 5_000, renewal_ms: 500, clock_error: 0.002, kernel_guard_ms: 10 },
};

const majority: AgentConfiguration = { ...valid, ring: { ...valid.ring, quorum: 'majority', ownership } };

const witness: WitnessConfiguration = {
  format: 1,
  role: 'witness',
  cluster: 'lab',
  self: 'files',
  quorum: 'majority',
  ownership,
  sem_port: 7410,
  datagram_port: 7411,
};

function owned(changes: Partial<OwnershipConfiguration>): AgentConfiguration {
  return { ...majority, ring: { ...majority.ring, ownership: { ...ownership, ...changes } } };
}

describe("the agent's configuration", () => {
  test('passes as dbssctl writes it', () => {
    expect(checkAgentConfiguration(JSON.parse(JSON.stringify(valid)))).toEqual(valid);
  });

  test('may have shared storage', () => {
    const shared_storage = { source: '198.18.0.10:/export', mount_point: '/srv/dbss', fstype: 'nfs4', options: 'rw' };
    expect(checkAgentConfiguration({ ...valid, shared_storage })).toEqual({ ...valid, shared_storage });
  });

  test.each<[string, unknown, string]>([
    ['another format', { ...valid, format: 2 }, 'format: expected one of 1, found 2'],
    ['an unknown field', { ...valid, colour: 'red' }, 'colour'],
    ['a self outside the ring', { ...valid, ring: { ...valid.ring, self: 'web1' } }, 'ring.self'],
    ['a ring of one', { ...valid, ring: { ...valid.ring, servers: [server(2, 'ftp')] } }, 'ring.servers'],
    [
      'a repeated address',
      { ...valid, ring: { ...valid.ring, servers: [server(1, 'mail'), { ...server(2, 'ftp'), semAddress: '198.18.1.11' }] } },
      'every semAddress once',
    ],
    ['an interval of nothing', { ...valid, ring: { ...valid.ring, timing: { ...timing, interval_ms: 0 } } }, 'ring.timing.interval_ms'],
    [
      'an unknown probe',
      {
        ...valid,
        ring: {
          ...valid.ring,
          servers: [server(1, 'mail'), { ...server(2, 'ftp'), services: [{ daemon: 'x', probe: 'gopher', port: 70 }] }],
        },
      },
      'ring.servers[1].services[0].probe',
    ],
    ['a majority of no voters', { ...valid, ring: { ...valid.ring, quorum: 'majority' } }, 'ring.ownership'],
    ['a server that does not vote', owned({ voters: ownership.voters.slice(1) }), 'every server of the ring, found "no mail"'],
    ['a voter of another ring', owned({ voters: [...ownership.voters, voter('web1', 13)] }), 'servers of the ring, and the witness'],
    ['a voter that counts twice', owned({ voters: [...ownership.voters, voter('login', 12)] }), 'every serviceAddress once'],
    ['a voter with three votes', owned({ voters: ownership.voters.map((each) => ({ ...each, weight: 3 })) }), 'voters[0].weight'],
    ['two witnesses', owned({ voters: [...ownership.voters, voter('other', 9, true)] }), 'at most one witness'],
    [
      'a renewal that comes too late when one is lost',
      owned({ lease: { ...ownership.lease, renewal_ms: 501 } }),
      'ring.ownership.lease.renewal_ms: expected at most a quarter of lease_ms, found 501',
    ],
    ['a long lease that is shorter', owned({ lease: { ...ownership.lease, long_lease_ms: 1_999 } }), 'ring.ownership.lease.long_lease_ms'],
    ['a lease that keeps a restarted ring waiting', owned({ lease: { ...ownership.lease, long_lease_ms: 5_001 } }), 'long_lease_ms'],
    ['a policy that nobody knows', owned({ no_quorum: 'panic' as 'stop' }), 'ring.ownership.no_quorum'],
    ['a fence agent that is a path', { ...valid, fencing: { mail: { agent: '/bin/sh', parameters: {} } } }, 'fencing.mail.agent'],
    ['an interface that is an option', { ...valid, service_interface: '-a' }, 'service_interface'],
  ])('%s is refused with the place named', (_case, value, place) => {
    expect(() => checkAgentConfiguration(value)).toThrow(place);
  });

  test('may ask for a majority of its voters', () => {
    expect(checkAgentConfiguration(JSON.parse(JSON.stringify(majority)))).toEqual(majority);
  });

  test('may say how others are switched off, and a parameter that is refused is not shown', () => {
    const fencing = { mail: { agent: 'fence_ipmilan', parameters: { ip: '198.18.2.11', password: 'secret' } } };
    expect(checkAgentConfiguration({ ...valid, fencing })).toEqual({ ...valid, fencing });
    const broken = { mail: { agent: 'fence_ipmilan', parameters: { password: 'secret\nsecret' } } };
    expect(() => checkAgentConfiguration({ ...valid, fencing: broken })).toThrow(
      'fencing.mail.parameters.password: expected one line of text (at most 1000 characters), found "something else"',
    );
  });

  test('that is missing says which file and what to do', () => {
    expect(() => readAgentConfiguration('/nowhere/agent.json')).toThrow(/^\/nowhere\/agent\.json: .*dbssctl deploy/);
  });
});

describe("the witness's configuration", () => {
  test('passes as dbssctl writes it', () => {
    expect(checkWitnessConfiguration(JSON.parse(JSON.stringify(witness)))).toEqual(witness);
  });

  test.each<[string, unknown, string]>([
    ['a witness that is a server', { ...witness, self: 'mail' }, 'self: expected the voter that is the witness, found "mail"'],
    ['a field of a server', { ...witness, standby: valid.standby }, 'standby: expected no such field'],
    [
      'a voter that counts twice',
      { ...witness, ownership: { ...ownership, voters: [...ownership.voters, voter('ftp', 9)] } },
      'every name once',
    ],
  ])('%s is refused with the place named', (_case, value, place) => {
    expect(() => checkWitnessConfiguration(value)).toThrow(place);
  });

  test('is told from a server by its role', () => {
    const directory = mkdtempSync(join(tmpdir(), 'dbss-configuration-'));
    const file = join(directory, 'agent.json');
    for (const configuration of [witness, valid]) {
      writeFileSync(file, JSON.stringify(configuration));
      expect(readAgentConfiguration(file)).toEqual(configuration);
    }
    rmSync(directory, { recursive: true });
  });
});
