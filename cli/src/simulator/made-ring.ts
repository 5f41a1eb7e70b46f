import type { LeaseTiming, NoQuorumPolicy, OwnershipConfiguration, Voter } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import type { RingConfiguration, TimingProfile } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { formatGroup } from '@dbss/agent/protocol/management-files/group.ts';
import { formatManagementData } from '@dbss/agent/protocol/management-files/management-data.ts';
import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { MethodConfiguration } from '@dbss/agent/protocol/method/method.ts';
import { operationFromGroup } from '@dbss/agent/protocol/management-files/operation.ts';
import type { SimulatedRing } from './simulated-ring.ts';

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

/** Name of the witness of a made ring. */
export const WITNESS = 'witness';

/** So many servers share the first three bytes of their addresses. */
const SERVERS_A_BLOCK = 50;

/** Address of the server at `index` (from 0): the last byte counts from `first`. */
function address(network: string, index: number, first: number): string {
  return `${network}.${String(Math.floor(index / SERVERS_A_BLOCK))}.${String(first + (index % SERVERS_A_BLOCK))}`;
}

/** A ring that nobody bought: servers in ring order, each with one daemon named after it. */
export function madeRing(
  names: readonly string[],
  overrides: Partial<RingConfiguration> = {},
  clockRates: Readonly<Record<string, number>> = {},
): SimulatedRing {
  const [first = ''] = names;
  const shared = ringOf(names, first, overrides);
  return { names, configurations: new Map(names.map((self) => [self, { ...shared, self }])), files: filesOf(names, shared), clockRates };
}

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
      semAddress: address('198.19', index, 1),
      virtualServerAddress: address('198.18', index, 201),
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

/** The voters of that ring: its servers and, where there is to be one, the witness, which breaks ties beside an odd number of servers. */
export function ownershipOf(
  names: readonly string[],
  { lease, witness, no_quorum = 'stop' }: { readonly lease: LeaseTiming; readonly witness: boolean; readonly no_quorum?: NoQuorumPolicy },
): OwnershipConfiguration {
  const voter = (name: string, index: number, weight: number, isWitness: boolean): Voter => ({
    name,
    serviceAddress: address('198.18', index, 1),
    semAddress: address('198.19', index, 1),
    weight,
    witness: isWitness,
  });
  const servers = names.map((name, index) => voter(name, index, 1, false));
  const tieBreaker = names.length % 2 === 0 ? 1 : 2;
  return {
    no_quorum,
    duplicate_address: 'refuse',
    lease,
    voters: witness ? [...servers, voter(WITNESS, names.length, tieBreaker, true)] : servers,
  };
}

/** The generated management files of that ring (§2.4). */
export function filesOf(names: readonly string[], configuration: MethodConfiguration = { method: 'ring' }): ManagementFiles {
  const group = formatGroup(names.map((name, index) => ({ number: index + 1, server: name, dataName: `${name}.dat` })));
  return {
    group,
    operation: operationFromGroup(group, configuration),
    separation: '',
    heartbeat: names.map((name) => `${name} 0\n`).join(''),
    problem: '',
    data: Object.fromEntries(
      names.map((name, index) => [
        `${name}.dat`,
        formatManagementData({
          virtualIp: address('198.18', index, 101),
          server: name,
          realIp: address('198.18', index, 1),
          mac: macOf(index + 1),
          daemons: [`${name}d`],
          type: 'NETWORK',
        }),
      ]),
    ),
  };
}

function macOf(number: number): string {
  const bytes = [Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100];
  return ['02:00:00', ...bytes.map((byte) => String(byte).padStart(2, '0'))].join(':');
}
