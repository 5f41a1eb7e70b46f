import type { Method } from '@dbss/agent/protocol/method/method.ts';
import type { DuplicateAddressPolicy, LeaseTiming, NoQuorumPolicy, Quorum } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import type { ProbeName, ServerType, TimingProfile } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import type { Mount } from './inventory.ts';

/** The YAML file as values, once it has the shape of inventories/dbss-inventory.schema.json. */
export interface RawInventory {
  readonly all: {
    readonly vars: RawVariables;
    readonly children: {
      readonly dbss_servers: { readonly hosts: Readonly<Record<string, RawServer>> };
      readonly dbss_witness?: { readonly hosts: Readonly<Record<string, RawWitness>> };
    };
  };
}

export interface RawVariables {
  readonly dbss_cluster: string;
  readonly dbss_method?: Method;
  readonly dbss_management_server?: string;
  readonly dbss_quorum?: Quorum;
  readonly dbss_no_quorum?: NoQuorumPolicy;
  readonly dbss_duplicate_address?: DuplicateAddressPolicy;
  readonly dbss_profile?: 'paper' | 'fast' | 'wan';
  readonly dbss_timing?: Partial<TimingProfile>;
  readonly dbss_lease?: Partial<Pick<LeaseTiming, 'lease_ms' | 'long_lease_ms' | 'renewal_ms'>>;
  readonly dbss_log_seconds?: boolean;
  readonly dbss_service_network: { readonly cidr: string; readonly gateway: string };
  readonly dbss_sem_network: { readonly cidr: string };
  readonly dbss_network_rate_kb_s?: number;
  readonly dbss_standby?: { readonly memory_mb: number };
  readonly dbss_users?: readonly { readonly name: string; readonly uid: number }[];
  readonly dbss_check_user?: { readonly name: string; readonly uid: number };
  readonly dbss_shared_storage?: { readonly virtual: Mount; readonly real: Mount };
  readonly dbss_lab?: RawLab;
}

export interface RawLab {
  readonly controller: { readonly service_ip: string; readonly sem_ip: string };
  readonly client: { readonly name: string; readonly real_ip: string };
  readonly file_server: {
    readonly name: string;
    readonly real_ip: string;
    readonly sem_ip: string;
    readonly mac: string;
    readonly export: string;
    readonly disk_mb?: number;
  };
  readonly self_test_s?: number;
}

export interface RawServer {
  readonly ansible_host: string;
  readonly dbss_real_ip: string;
  readonly dbss_virtual_ip: string;
  readonly dbss_virtual_server_ip: string;
  readonly dbss_mac: string;
  readonly dbss_type: ServerType;
  readonly dbss_memory_mb: number;
  readonly dbss_services: readonly RawService[];
  readonly dbss_fencing?: RawFencing;
  readonly dbss_capture?: { readonly paths?: readonly string[]; readonly excludes?: readonly string[] };
}

export interface RawWitness {
  readonly ansible_host: string;
  readonly dbss_real_ip: string;
}

export interface RawFencing {
  readonly agent: string;
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface RawService {
  readonly daemon: string;
  readonly probe?: ProbeName;
  readonly port?: number;
  readonly check?: 'dialogue' | 'work';
  readonly script?: string;
}
