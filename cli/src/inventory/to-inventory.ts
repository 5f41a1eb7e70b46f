import { BrokenError } from '../errors.ts';
import { DEFAULT_STANDBY_MEMORY_MB } from './check-resources.ts';
import type { InventoryProblem } from './inventory-error.ts';
import type { ExaminedService, Fencing, Inventory, Lab, Mount, Network, Server, Witness } from './inventory.ts';
import { formatAddress, parseNetwork } from './ipv4.ts';
import { LEASE_PROFILES } from './lease-profiles.ts';
import type { RawFencing, RawInventory, RawLab, RawServer, RawService, RawWitness } from './raw-inventory.ts';
import { TIMING_PROFILES } from './timing-profiles.ts';
import { wellKnownDaemon } from './well-known-daemons.ts';

/** 1000BASE-T, both directions at once (§5.1). */
const DEFAULT_NETWORK_RATE_KB_S = 250_000;

/**
 * The checked values of a file as the rest of dbssctl works with them: defaults filled in, servers numbered in ring order.
 * @param path absolute path of the file
 * @param advice what the checks had to say beside problems
 */
export function toInventory(path: string, raw: RawInventory, advice: readonly InventoryProblem[]): Inventory {
  const variables = raw.all.vars;
  const profile = variables.dbss_profile ?? 'paper';
  const storage = variables.dbss_shared_storage;
  const checkUser = variables.dbss_check_user;
  return {
    path,
    cluster: variables.dbss_cluster,
    method: variables.dbss_method ?? 'ring',
    managementServer: variables.dbss_management_server,
    quorum: variables.dbss_quorum ?? 'majority',
    noQuorum: variables.dbss_no_quorum ?? 'stop',
    duplicateAddress: variables.dbss_duplicate_address ?? 'refuse',
    profile,
    timing: { ...TIMING_PROFILES[profile], ...variables.dbss_timing },
    lease: { ...LEASE_PROFILES[profile], ...variables.dbss_lease },
    logSeconds: variables.dbss_log_seconds ?? false,
    serviceNetwork: { ...toNetwork(variables.dbss_service_network.cidr), gateway: variables.dbss_service_network.gateway },
    semNetwork: toNetwork(variables.dbss_sem_network.cidr),
    servers: Object.entries(raw.all.children.dbss_servers.hosts).map(([name, server], index) => toServer(index + 1, name, server)),
    witness: toWitness(raw.all.children.dbss_witness?.hosts ?? {}),
    users: [...(variables.dbss_users ?? []), ...(checkUser === undefined ? [] : [checkUser])].map(({ name, uid }) => ({ name, uid })),
    checkUser: checkUser?.name,
    sharedStorage: storage === undefined ? undefined : { virtual: toMount(storage.virtual), real: toMount(storage.real) },
    standby: { memory_mb: variables.dbss_standby?.memory_mb ?? DEFAULT_STANDBY_MEMORY_MB },
    network_rate_kb_s: variables.dbss_network_rate_kb_s ?? DEFAULT_NETWORK_RATE_KB_S,
    lab: variables.dbss_lab === undefined ? undefined : toLab(variables.dbss_lab),
    advice,
  };
}

function toServer(number: number, name: string, raw: RawServer): Server {
  return {
    number,
    name,
    semAddress: raw.ansible_host,
    realIp: raw.dbss_real_ip,
    virtualIp: raw.dbss_virtual_ip,
    virtualServerIp: raw.dbss_virtual_server_ip,
    mac: raw.dbss_mac.toLowerCase(),
    type: raw.dbss_type,
    services: raw.dbss_services.map((service) => toService(name, service)),
    memory_mb: raw.dbss_memory_mb,
    fencing: raw.dbss_fencing === undefined ? undefined : toFencing(raw.dbss_fencing),
    capture: { paths: raw.dbss_capture?.paths ?? [], excludes: raw.dbss_capture?.excludes ?? [] },
  };
}

function toWitness(hosts: Readonly<Record<string, RawWitness>>): Witness | undefined {
  const [entry] = Object.entries(hosts);
  return entry === undefined ? undefined : { name: entry[0], semAddress: entry[1].ansible_host, realIp: entry[1].dbss_real_ip };
}

/** Fence agents read text: what YAML takes for a boolean is 1 or 0 to them. */
function toFencing({ agent, parameters = {}, secrets = {} }: RawFencing): Fencing {
  const text = (value: string | number | boolean): string => (typeof value === 'boolean' ? (value ? '1' : '0') : String(value));
  return {
    agent,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, text(value)])),
    secrets: { ...secrets },
  };
}

function toService(server: string, raw: RawService): ExaminedService {
  const known = wellKnownDaemon(raw.daemon);
  const probe = raw.probe ?? known?.probe;
  const port = raw.port ?? known?.port;
  if (probe === undefined || port === undefined) {
    throw new BrokenError(`${server}: the schema let the daemon ${raw.daemon} pass without probe and port`);
  }
  return {
    daemon: known?.daemon ?? raw.daemon,
    probe,
    port,
    ...(raw.check === 'work' ? { check: 'work' as const } : {}),
    ...(raw.script === undefined ? {} : { script: raw.script }),
  };
}

function toNetwork(cidr: string): Network {
  const network = parseNetwork(cidr);
  if (network === undefined) throw new BrokenError(`the schema let ${cidr} pass as a network`);
  return { cidr, prefix_length: network.prefix_length, broadcast: formatAddress(network.last) };
}

function toMount({ source, mount_point, fstype, options }: Mount): Mount {
  return { source, mount_point, fstype, options };
}

function toLab({ controller, client, file_server, self_test_s = 0 }: RawLab): Lab {
  return {
    fileServer: {
      name: file_server.name,
      semAddress: file_server.sem_ip,
      realIp: file_server.real_ip,
      mac: file_server.mac.toLowerCase(),
      export: file_server.export,
      disk_mb: file_server.disk_mb,
    },
    client: { name: client.name, realIp: client.real_ip },
    controller: { serviceIp: controller.service_ip, semIp: controller.sem_ip },
    selfTest_s: self_test_s,
  };
}
