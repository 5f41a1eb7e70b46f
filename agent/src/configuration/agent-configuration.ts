import type { OwnershipConfiguration, Quorum } from '../protocol/ring/ownership-configuration.ts';
import type { RingConfiguration } from '../protocol/ring/ring-configuration.ts';

/** `/etc/dbss/agent.json` of a server: the ring's configuration and what this one server adds to it. Written by `dbssctl generate`. */
export interface AgentConfiguration {
  readonly format: 1;
  readonly role: 'server';
  readonly ring: RingConfiguration;
  /** Bridge that holds the real and the virtual address, and the standby's tap. */
  readonly service_interface: string;
  readonly sem_interface: string;
  /** TCP port of SEM. */
  readonly sem_port: number;
  /** UDP port on both networks, on which voters and holders talk. */
  readonly datagram_port: number;
  /** Broadcast addresses to which Wake-on-LAN magic packets go, one a network. */
  readonly wake_on_lan_broadcasts: readonly string[];
  readonly standby: StandbyConfiguration;
  /** Shared storage as a virtual server mounts it (the real servers have it in fstab, by Ansible). */
  readonly shared_storage?: SharedStorage;
  /** What the agent captures beside what it knows of this server's daemons. */
  readonly capture?: CaptureConfiguration;
  /** What is looked at to see whether the shared storage answers; missing in a ring without one. */
  readonly storage_check?: StorageCheck;
  /** Who does the work of a client in examinations of services that ask for it. The password stands here in clear: only root may read the file. */
  readonly check_account?: { readonly user: string; readonly password: string };
  /** How other servers of the ring are switched off, by their names; a server that cannot be fenced is missing. */
  readonly fencing?: Readonly<Record<string, FencingDevice>>;
}

/** `/etc/dbss/agent.json` of the witness: it votes on who holds an address, and nothing else. */
export interface WitnessConfiguration {
  readonly format: 1;
  readonly role: 'witness';
  readonly cluster: string;
  /** Name of the machine on which this agent runs: the voter that is the witness. */
  readonly self: string;
  readonly quorum: Quorum;
  readonly ownership: OwnershipConfiguration;
  readonly sem_port: number;
  readonly datagram_port: number;
}

export interface StandbyConfiguration {
  /** libvirt domain name of the standby. */
  readonly domain: string;
  /** MAC address that the standby takes when it is activated: the restored clones share one. */
  readonly mac: string;
  readonly memory_mb: number;
}

export interface CaptureConfiguration {
  /** Absolute paths of files and directories. */
  readonly paths: readonly string[];
  /** Absolute paths that are left out, and everything below them. */
  readonly excludes: readonly string[];
  /** Where the real servers have the shared storage mounted: in captured files virtual servers' mount point takes its place. */
  readonly real_mount_point?: string;
}

/** Where the shared storage is looked at. */
export interface StorageCheck {
  /** As the real servers have it mounted. */
  readonly mount_point: string;
  /** Where virtual servers mount it by NFS. */
  readonly nfs_server?: { readonly address: string; readonly port: number };
}

export interface SharedStorage {
  readonly source: string;
  readonly mount_point: string;
  readonly fstype: string;
  readonly options: string;
}

/** A fence agent of Debian's package fence-agents and what it reads from its standard input, one `name=value` a line. */
export interface FencingDevice {
  /** Name of the program, e.g. `fence_ipmilan`. */
  readonly agent: string;
  /** Without `action`, which the fencer adds. Passwords stand here in clear: only root may read the file. */
  readonly parameters: Readonly<Record<string, string>>;
}
