import { readFileSync } from 'node:fs';
import type { RingConfiguration, RingServer, SelectionWeights, ServerType, TimingProfile } from '../protocol/ring/ring-configuration.ts';
import type { AgentConfiguration, SharedStorage, StandbyConfiguration } from './agent-configuration.ts';
import { boolean, exactly, InvalidValue, listOf, number, object, optional, text, type Reader } from './checked-value.ts';
import { dataName, interfaceName, ipv4, macAddress, port, prefixLength, serverName, service } from './field-readers.ts';

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
  cluster: text('a cluster name', { max: 63, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/ }),
  self: serverName,
  method: exactly('ring'),
  quorum: exactly('none'),
  timing,
  servers: listOf(ringServer, { min: 2, max: LARGEST_RING }),
  gateway: ipv4,
  service_prefix_length: prefixLength,
  weights: object<Record<ServerType, SelectionWeights>>({ CPU: weights, NETWORK: weights, CPU_NET: weights }),
  network_rate_kb_s: number('KB per second', { min: 1, max: 1e9 }),
  log_seconds: boolean,
});

const line = text('one line of text', { max: 1_000, pattern: /^[^\0\n]*$/ });

const configuration: Reader<AgentConfiguration> = object<AgentConfiguration>({
  format: exactly(1),
  ring,
  service_interface: interfaceName,
  sem_interface: interfaceName,
  sem_port: port,
  wake_on_lan_broadcasts: listOf(ipv4, { min: 1, max: 8 }),
  standby: object<StandbyConfiguration>({
    domain: text('a domain name', { max: 63, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/ }),
    mac: macAddress,
    memory_mb: number('MB', { min: 64, max: 1_048_576, whole: true }),
  }),
  shared_storage: optional(object<SharedStorage>({ source: line, mount_point: line, fstype: line, options: line })),
});

/**
 * The agent's configuration, every field checked.
 *
 * @param path of `agent.json` as `dbssctl generate` writes it
 * @throws ConfigurationError when the file cannot be read, is no JSON or has a wrong field
 */
export function readAgentConfiguration(path: string): AgentConfiguration {
  try {
    return checkAgentConfiguration(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`${path}: ${reason}; run \`dbssctl deploy\` to write it again`, { cause });
  }
}

/** @throws InvalidValue naming the first field that is wrong */
export function checkAgentConfiguration(value: unknown): AgentConfiguration {
  const checked = configuration(value, '');
  const { servers, self } = checked.ring;
  for (const field of ['number', 'name', 'dataName', 'semAddress', 'virtualServerAddress'] as const) {
    const values = servers.map((server) => server[field]);
    const repeated = values.find((entry, index) => values.indexOf(entry) !== index);
    if (repeated !== undefined) throw new InvalidValue('ring.servers', `every ${field} once`, repeated);
  }
  if (!servers.some((server) => server.name === self)) throw new InvalidValue('ring.self', 'a server of the ring', self);
  return checked;
}
