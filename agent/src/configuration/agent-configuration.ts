import type { RingConfiguration } from '../protocol/ring/ring-configuration.ts';

/** `/etc/dbss/agent.json`: the ring's configuration and what this one server adds to it. Written by `dbssctl generate`. */
export interface AgentConfiguration {
  readonly format: 1;
  readonly ring: RingConfiguration;
  /** Bridge that holds the real and the virtual address, and the standby's tap. */
  readonly service_interface: string;
  readonly sem_interface: string;
  readonly sem_port: number;
  /** Broadcast addresses to which Wake-on-LAN magic packets go, one a network. */
  readonly wake_on_lan_broadcasts: readonly string[];
  readonly standby: StandbyConfiguration;
  /** Shared storage as a virtual server mounts it (the real servers have it in fstab, by Ansible). */
  readonly shared_storage?: SharedStorage;
}

export interface StandbyConfiguration {
  /** libvirt domain name of the standby. */
  readonly domain: string;
  /** MAC address that the standby takes when it is activated: the restored clones share one. */
  readonly mac: string;
  readonly memory_mb: number;
}

export interface SharedStorage {
  readonly source: string;
  readonly mount_point: string;
  readonly fstype: string;
  readonly options: string;
}
