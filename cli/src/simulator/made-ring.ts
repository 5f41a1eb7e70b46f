import type { RingConfiguration, TimingProfile } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { formatGroup } from '@dbss/agent/protocol/management-files/group.ts';
import { formatManagementData } from '@dbss/agent/protocol/management-files/management-data.ts';
import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import { operationFromGroup } from '@dbss/agent/protocol/management-files/operation.ts';

/** The setting parameters of Table 1. */
const PAPER_TIMING: TimingProfile = {
  interval_ms: 10_000,
  network_examination_ms: 2000,
  service_examination_ms: 3000,
  restart_wait_ms: 50_000,
  internal_monitoring_at_ms: 6000,
  poll_ms: 1000,
  answer_ms: 1000,
  virtual_server_creation_ms: 15_000,
};

/** A ring's configuration as seen by `self`: servers in ring order, each with one daemon named after it. */
export function ringOf(names: readonly string[], self: string, overrides: Partial<RingConfiguration> = {}): RingConfiguration {
  return {
    cluster: 'test',
    self,
    method: 'ring',
    quorum: 'none',
    timing: PAPER_TIMING,
    servers: names.map((name, index) => ({
      number: index + 1,
      name,
      dataName: `${name}.dat`,
      semAddress: `198.18.1.${String(index + 1)}`,
      virtualServerAddress: `198.18.0.${String(index + 201)}`,
      services: [{ daemon: `${name}d`, probe: 'tcp', port: 7 }],
    })),
    gateway: '198.18.0.254',
    service_prefix_length: 24,
    weights: {
      CPU: { memory: 0.5, cpu: 0.4, network: 0.1 },
      NETWORK: { memory: 0.5, cpu: 0.1, network: 0.4 },
      CPU_NET: { memory: 0.5, cpu: 0.25, network: 0.25 },
    },
    network_rate_kb_s: 250_000,
    log_seconds: false,
    ...overrides,
  };
}

/** The generated management files of that ring (§2.4). */
export function filesOf(names: readonly string[]): ManagementFiles {
  const group = formatGroup(names.map((name, index) => ({ number: index + 1, server: name, dataName: `${name}.dat` })));
  return {
    group,
    operation: operationFromGroup(group),
    separation: '',
    heartbeat: names.map((name) => `${name} 0\n`).join(''),
    problem: '',
    data: Object.fromEntries(
      names.map((name, index) => [
        `${name}.dat`,
        formatManagementData({
          virtualIp: `198.18.0.${String(index + 101)}`,
          server: name,
          realIp: `198.18.0.${String(index + 1)}`,
          mac: `02:00:00:00:00:${String(index + 1).padStart(2, '0')}`,
          daemons: [`${name}d`],
          type: 'NETWORK',
        }),
      ]),
    ),
  };
}
