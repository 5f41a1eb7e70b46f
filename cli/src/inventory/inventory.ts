import type { Method } from '@dbss/agent/protocol/method/method.ts';
import type { DuplicateAddressPolicy, LeaseTiming, NoQuorumPolicy, Quorum } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import type { Service, ServerType, TimingProfile } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import type { InventoryProblem } from './inventory-error.ts';

/** An inventory that has passed every check: what the rest of dbssctl works with. */
export interface Inventory {
  /** Absolute path of the YAML file. */
  readonly path: string;
  /** `dbss_cluster`. */
  readonly cluster: string;
  /** `dbss_method`: `ring` where the file does not say. */
  readonly method: Method;
  /** `dbss_management_server`: with the method `dedicated`, the server that manages all others. */
  readonly managementServer: string | undefined;
  /** `dbss_quorum`; where the file does not say, `majority`. */
  readonly quorum: Quorum;
  /** `dbss_no_quorum`: `stop` where the file does not say. */
  readonly noQuorum: NoQuorumPolicy;
  /** `dbss_duplicate_address`: `refuse` where the file does not say. */
  readonly duplicateAddress: DuplicateAddressPolicy;
  /** Of the profile, with `dbss_lease` overrides applied. */
  readonly lease: LeaseTiming;
  /** `dbss_profile` with `dbss_timing` overrides applied. */
  readonly profile: 'paper' | 'fast' | 'wan';
  readonly timing: TimingProfile;
  readonly logSeconds: boolean;
  readonly serviceNetwork: Network & { readonly gateway: string };
  readonly semNetwork: Network;
  /** In ring order: the order of `dbss_servers` in the file. */
  readonly servers: readonly Server[];
  /** The host of `dbss_witness`. In a lab it is the file server. */
  readonly witness: Witness | undefined;
  /** Those of `dbss_users`, then the one who does the work of a client in examinations. */
  readonly users: readonly User[];
  /** `dbss_check_user`: his name, where there is one. */
  readonly checkUser: string | undefined;
  readonly sharedStorage: SharedStorage | undefined;
  readonly standby: { readonly memory_mb: number };
  /** Rated transmission plus reception in KB/s. */
  readonly network_rate_kb_s: number;
  /** Present when the machines of this inventory are made by `dbssctl lab up`. */
  readonly lab: Lab | undefined;
  /** What is allowed in the file and that an administrator should know. */
  readonly advice: readonly InventoryProblem[];
}

export interface Network {
  /** e.g. `198.18.0.0/24` */
  readonly cidr: string;
  readonly prefix_length: number;
  readonly broadcast: string;
}

export interface Server {
  readonly number: number;
  readonly name: string;
  /** `ansible_host`: the SEM address. */
  readonly semAddress: string;
  /** `dbss_real_ip`, `dbss_virtual_ip`, `dbss_virtual_server_ip`, `dbss_mac`. */
  readonly realIp: string;
  readonly virtualIp: string;
  readonly virtualServerIp: string;
  readonly mac: string;
  readonly type: ServerType;
  /** `dbss_services`: daemons with their probes; well-known daemons need no probe or port. */
  readonly services: readonly ExaminedService[];
  /** `dbss_memory_mb`: physical memory, checked against what the standby needs. */
  readonly memory_mb: number;
  /** `dbss_fencing`: how the other servers switch this one off. */
  readonly fencing: Fencing | undefined;
  /** `dbss_capture`: absolute paths that its agent captures beside its daemons' configuration, and those that it leaves out. */
  readonly capture: { readonly paths: readonly string[]; readonly excludes: readonly string[] };
}

/** A service as its inventory describes it; what the work of a client of it is comes from the whole inventory. */
export interface ExaminedService extends Omit<Service, 'work'> {
  /** It is examined by the work of a client instead of a dialogue. */
  readonly check?: 'work';
}

/** A machine that votes on who holds an address and is no server of the ring. */
export interface Witness {
  readonly name: string;
  /** `ansible_host`: its address on the SEM network. */
  readonly semAddress: string;
  /** `dbss_real_ip`: its address on the service network. */
  readonly realIp: string;
}

export interface Fencing {
  /** A program of Debian's fence-agents. */
  readonly agent: string;
  /** What it reads from its standard input, without secrets. */
  readonly parameters: Readonly<Record<string, string>>;
  /** By parameter, the name of the file in `keys/fencing` that holds its value. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface User {
  readonly name: string;
  readonly uid: number;
}

export interface SharedStorage {
  /** As virtual servers mount it, e.g. nfs4. */
  readonly virtual: Mount;
  /** As the real servers mount it; in the lab a bind mount of the same export. */
  readonly real: Mount;
}

export interface Mount {
  readonly source: string;
  readonly mount_point: string;
  readonly fstype: string;
  readonly options: string;
}

export interface Lab {
  /** Machine that exports the shared storage; also a real systemd machine of the lab. */
  readonly fileServer: LabMachine & {
    readonly export: string;
    /** Size of its disk; undefined where the export is a directory of the machine that carries the lab. */
    readonly disk_mb: number | undefined;
  };
  /** The client's network namespace on the service network. */
  readonly client: { readonly name: string; readonly realIp: string };
  /** The controller's addresses on both networks: ssh, Ansible and the power controller start from there. */
  readonly controller: { readonly serviceIp: string; readonly semIp: string };
  /** So long a server's firmware takes from power on, or a restart, until its system starts. */
  readonly selfTest_s: number;
}

export interface LabMachine {
  readonly name: string;
  readonly semAddress: string;
  readonly realIp: string;
  readonly mac: string;
}
