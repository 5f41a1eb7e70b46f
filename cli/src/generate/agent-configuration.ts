import { createHash } from 'node:crypto';
import type { AgentConfiguration, WitnessConfiguration } from '@dbss/agent/configuration/agent-configuration.ts';
import type { OwnershipConfiguration, Voter } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import type { SelectionWeights, ServerType } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import type { Inventory, Server, Witness } from '../inventory/inventory.ts';
import type { KeyMaterial } from './key-material.ts';
import { dataName } from './management-files.ts';
import { serviceFor } from './service-work.ts';
import { storageCheck } from './storage-check.ts';

/** Weights of the selection value by server type (§3.3). */
const WEIGHTS: Readonly<Record<ServerType, SelectionWeights>> = {
  CPU: { memory: 0.5, cpu: 0.4, network: 0.1 },
  NETWORK: { memory: 0.5, cpu: 0.1, network: 0.4 },
  CPU_NET: { memory: 0.5, cpu: 0.25, network: 0.25 },
};

const SEM_PORT = 7410;
const DATAGRAM_PORT = 7411;

/** What an agent's configuration takes of the keys: how each server is switched off that can be, host keys, who does the work of a client. */
export type AgentSecrets = Pick<KeyMaterial, 'fencing' | 'hostKeys' | 'checkAccount'>;

/** `/etc/dbss/agent.json` of one server. */
export function agentConfiguration(inventory: Inventory, self: Server, secrets: AgentSecrets): AgentConfiguration {
  const { fencing, checkAccount } = secrets;
  // Nobody fences himself.
  const mountPoint = inventory.sharedStorage?.real.mount_point;
  const others = Object.entries(fencing).filter(([server]) => server !== self.name);
  return {
    format: 1,
    role: 'server',
    ring: {
      cluster: inventory.cluster,
      self: self.name,
      method: inventory.method,
      ...(inventory.managementServer === undefined ? {} : { management_server: inventory.managementServer }),
      quorum: inventory.quorum,
      ownership: ownershipOf(inventory),
      timing: inventory.timing,
      servers: inventory.servers.map((server) => ({
        number: server.number,
        name: server.name,
        dataName: dataName(server),
        semAddress: server.semAddress,
        virtualServerAddress: server.virtualServerIp,
        services: server.services.map((service) => serviceFor(inventory, server, service, hostKeysOf(server, secrets))),
      })),
      gateway: inventory.serviceNetwork.gateway,
      service_prefix_length: inventory.serviceNetwork.prefix_length,
      weights: WEIGHTS,
      network_rate_kb_s: inventory.network_rate_kb_s,
      log_seconds: inventory.logSeconds,
      ...(inventory.sharedStorage === undefined ? {} : { examines_storage: true }),
    },
    service_interface: 'br0',
    sem_interface: 'eth1',
    sem_port: SEM_PORT,
    datagram_port: DATAGRAM_PORT,
    wake_on_lan_broadcasts: [inventory.serviceNetwork.broadcast, inventory.semNetwork.broadcast],
    standby: { domain: 'dbss-standby', mac: standbyMac(inventory.cluster, self.name), memory_mb: inventory.standby.memory_mb },
    ...(inventory.sharedStorage === undefined
      ? {}
      : { shared_storage: inventory.sharedStorage.virtual, storage_check: storageCheck(inventory.sharedStorage) }),
    ...(checkAccount !== undefined && needsAccount(inventory) ? { check_account: checkAccount } : {}),
    capture: { ...self.capture, ...(mountPoint === undefined ? {} : { real_mount_point: mountPoint }) },
    ...(others.length === 0 ? {} : { fencing: Object.fromEntries(others) }),
  };
}

/** In base64, as the second word of a public key file. */
function hostKeysOf({ name }: Server, { hostKeys }: AgentSecrets): readonly string[] {
  const key = hostKeys[name]?.publicKey.split(' ')[1];
  return key === undefined ? [] : [key];
}

/** Nobody gets a password that nothing is done with. */
function needsAccount({ servers }: Inventory): boolean {
  return servers.some(({ services }) => services.some(({ check }) => check === 'work'));
}

/** `/etc/dbss/agent.json` of the witness. */
export function witnessConfiguration(inventory: Inventory, self: Witness): WitnessConfiguration {
  return {
    format: 1,
    role: 'witness',
    cluster: inventory.cluster,
    self: self.name,
    quorum: inventory.quorum,
    ownership: ownershipOf(inventory),
    sem_port: SEM_PORT,
    datagram_port: DATAGRAM_PORT,
  };
}

/** The same on every machine of the ring. */
export function ownershipOf({ noQuorum, duplicateAddress, lease, servers, witness }: Inventory): OwnershipConfiguration {
  const voter = ({ name, realIp, semAddress }: Witness, weight: number, isWitness: boolean): Voter => ({
    name,
    serviceAddress: realIp,
    semAddress,
    weight,
    witness: isWitness,
  });
  // Beside an odd number of servers the witness breaks the ties: with one vote it would make their number even.
  const witnessWeight = servers.length % 2 === 0 ? 1 : 2;
  return {
    no_quorum: noQuorum,
    duplicate_address: duplicateAddress,
    voters: [...servers.map((server) => voter(server, 1, false)), ...(witness === undefined ? [] : [voter(witness, witnessWeight, true)])],
    lease,
  };
}

/** MAC address of a server's activated standby: locally administered, the same at every generation, different in every cluster. */
export function standbyMac(cluster: string, server: string): string {
  const hash = createHash('sha256').update(`${cluster}/${server}`).digest();
  return ['06', ...[...hash.subarray(0, 5)].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
