import { checkAgentConfiguration, readAgentConfiguration } from '../../../agent/src/configuration/read-agent-configuration.ts';
import type { AgentConfiguration } from '../../../agent/src/configuration/agent-configuration.ts';

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
  wake_on_lan_broadcasts: ['198.18.0.255', '198.18.1.255'],
  standby: { domain: 'dbss-standby', mac: '02:db:55:00:01:12', memory_mb: 512 },
};

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
    ['an interface that is an option', { ...valid, service_interface: '-a' }, 'service_interface'],
  ])('%s is refused with the place named', (_case, value, place) => {
    expect(() => checkAgentConfiguration(value)).toThrow(place);
  });

  test('that is missing says which file and what to do', () => {
    expect(() => readAgentConfiguration('/nowhere/agent.json')).toThrow(/^\/nowhere\/agent\.json: .*dbssctl deploy/);
  });
});
