import { readFileSync } from 'node:fs';
import { METHODS } from '../protocol/method/method.ts';
import { QUORUMS } from '../protocol/ring/ownership-configuration.ts';
import type { RingConfiguration, RingServer, SelectionWeights, ServerType, TimingProfile } from '../protocol/ring/ring-configuration.ts';
import type {
  AgentConfiguration,
  CaptureConfiguration,
  SharedStorage,
  StandbyConfiguration,
  StorageCheck,
  WitnessConfiguration,
} from './agent-configuration.ts';
import { boolean, exactly, InvalidValue, listOf, number, object, oneOf, optional, recordOf, text, type Reader } from './checked-value.ts';
import { clusterName, dataName, interfaceName, ipv4, macAddress, port, prefixLength, serverName } from './field-readers.ts';
import { checkVoters, fencingDevice, ownership } from './ownership-readers.ts';
import { service } from './service-readers.ts';

const LARGEST_RING = 64;

/** The agent cannot start with this configuration. The message names the file and the place in it. */
export class ConfigurationError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ConfigurationError';
  }
}

const duration = number('milliseconds', { min: 1, max: 3_600_000 });
const moment = number('milliseconds', { min: 0, max: 3_600_000 });
const weight = number('a weight', { min: 0, max: 1 });

const timing = object<TimingProfile>({
  interval_ms: duration,
  network_examination_ms: duration,
  service_examination_ms: duration,
  restart_wait_ms: duration,
  internal_monitoring_at_ms: moment,
  poll_ms: duration,
  answer_ms: duration,
  virtual_server_creation_ms: duration,
});

const ringServer = object<RingServer>({
  number: number('a position in the ring', { min: 1, max: LARGEST_RING, whole: true }),
  name: serverName,
  dataName,
  semAddress: ipv4,
  virtualServerAddress: ipv4,
  services: listOf(service, { min: 1, max: 32 }),
});

const weights = object<SelectionWeights>({ memory: weight, cpu: weight, network: weight });

const ring = object<RingConfiguration>({
  cluster: clusterName,
  self: serverName,
  method: oneOf(METHODS),
  management_server: optional(serverName),
  quorum: oneOf(QUORUMS),
  ownership: optional(ownership),
  timing,
  servers: listOf(ringServer, { min: 2, max: LARGEST_RING }),
  gateway: ipv4,
  service_prefix_length: prefixLength,
  weights: object<Record<ServerType, SelectionWeights>>({ CPU: weights, NETWORK: weights, CPU_NET: weights }),
  network_rate_kb_s: number('KB per second', { min: 1, max: 1e9 }),
  log_seconds: boolean,
  examines_storage: optional(boolean),
});

const line = text('one line of text', { max: 1_000, pattern: /^[^\0\n]*$/ });

const absolutePath = text('an absolute path', { max: 200, pattern: /^(\/[A-Za-z0-9@._+-]+)+$/ });

const serverConfiguration: Reader<AgentConfiguration> = object<AgentConfiguration>({
  format: exactly(1),
  role: exactly('server'),
  ring,
  service_interface: interfaceName,
  sem_interface: interfaceName,
  sem_port: port,
  datagram_port: port,
  wake_on_lan_broadcasts: listOf(ipv4, { min: 1, max: 8 }),
  standby: object<StandbyConfiguration>({
    domain: text('a domain name', { max: 63, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/ }),
    mac: macAddress,
    memory_mb: number('MB', { min: 64, max: 1_048_576, whole: true }),
  }),
  shared_storage: optional(object<SharedStorage>({ source: line, mount_point: line, fstype: line, options: line })),
  capture: optional(
    object<CaptureConfiguration>({
      paths: listOf(absolutePath, { max: 64 }),
      excludes: listOf(absolutePath, { max: 64 }),
      real_mount_point: optional(absolutePath),
    }),
  ),
  storage_check: optional(
    object<StorageCheck>({
      mount_point: line,
      nfs_server: optional(object<NonNullable<StorageCheck['nfs_server']>>({ address: line, port })),
    }),
  ),
  check_account: optional(object<NonNullable<AgentConfiguration['check_account']>>({ user: line, password: line })),
  fencing: optional(recordOf(serverName, fencingDevice, LARGEST_RING)),
});

const witnessConfiguration: Reader<WitnessConfiguration> = object<WitnessConfiguration>({
  format: exactly(1),
  role: exactly('witness'),
  cluster: clusterName,
  self: serverName,
  quorum: oneOf(QUORUMS),
  ownership,
  sem_port: port,
  datagram_port: port,
});

/**
 * The configuration of the agent on this machine, every field checked. Its `role` says what the machine is.
 *
 * @param path of `agent.json` as `dbssctl generate` writes it
 * @throws ConfigurationError when the file cannot be read, is no JSON or has a wrong field
 */
export function readAgentConfiguration(path: string): AgentConfiguration | WitnessConfiguration {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isWitness(value) ? checkWitnessConfiguration(value) : checkAgentConfiguration(value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`${path}: ${reason}; run \`dbssctl deploy\` to write it again`, { cause });
  }
}

function isWitness(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'role' in value && value.role === 'witness';
}

/** @throws InvalidValue naming the first field that is wrong */
export function checkWitnessConfiguration(value: unknown): WitnessConfiguration {
  const checked = witnessConfiguration(value, '');
  checkVoters(checked.ownership, 'ownership');
  if (!checked.ownership.voters.some((voter) => voter.witness && voter.name === checked.self)) {
    throw new InvalidValue('self', 'the voter that is the witness', checked.self);
  }
  return checked;
}

/** @throws InvalidValue naming the first field that is wrong */
export function checkAgentConfiguration(value: unknown): AgentConfiguration {
  const checked = serverConfiguration(value, '');
  const { servers, self, quorum } = checked.ring;
  for (const field of ['number', 'name', 'dataName', 'semAddress', 'virtualServerAddress'] as const) {
    const values = servers.map((server) => server[field]);
    const repeated = values.find((entry, index) => values.indexOf(entry) !== index);
    if (repeated !== undefined) throw new InvalidValue('ring.servers', `every ${field} once`, repeated);
  }
  if (!servers.some((server) => server.name === self)) throw new InvalidValue('ring.self', 'a server of the ring', self);
  if (checked.ring.ownership !== undefined) {
    checkVoters(checked.ring.ownership, 'ring.ownership');
    const voting = checked.ring.ownership.voters.filter((voter) => !voter.witness).map((voter) => voter.name);
    const missing = servers.find((server) => !voting.includes(server.name));
    if (missing !== undefined) throw new InvalidValue('ring.ownership.voters', 'every server of the ring', `no ${missing.name}`);
    const stranger = voting.find((name) => !servers.some((server) => server.name === name));
    if (stranger !== undefined) throw new InvalidValue('ring.ownership.voters', 'servers of the ring, and the witness', stranger);
  } else if (quorum === 'majority') {
    throw new InvalidValue('ring.ownership', 'the voters and leases of a ring that asks for a majority', undefined);
  }
  return checked;
}
