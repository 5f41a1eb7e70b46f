import type { MethodConfiguration } from '../method/method.ts';
import type { OwnershipConfiguration, Quorum } from './ownership-configuration.ts';

/**
 * What every server of a ring knows about the ring from its inventory. It does not change while the agent runs.
 */

/** Server types of §3.3: what the server mainly uses decides how a host for its virtual server is weighed. */
export const SERVER_TYPES = ['CPU', 'NETWORK', 'CPU_NET'] as const;
export type ServerType = (typeof SERVER_TYPES)[number];

/** How a service is examined (§5.1, Table 1): by a dialogue that the name says, or by a script of the administrator. */
export const PROBE_NAMES = ['smtp', 'imap', 'ssh', 'ftp', 'http', 'proxy', 'tcp', 'script'] as const;
export type ProbeName = (typeof PROBE_NAMES)[number];

/** A file or a page, and what must stand in it. */
export interface KnownFile {
  readonly name: string;
  readonly content: string;
}

/** The work of a client by which a service is examined instead of by a dialogue; the account is the agent's. */
export type ServiceWork =
  /** A message is delivered, and fetched by IMAP from the same address. */
  | { readonly kind: 'mail'; readonly imap_port: number }
  /** A mailbox is opened. */
  | { readonly kind: 'mailbox' }
  /** `host_keys` in base64, as known_hosts has them; where none is known none is asked for. */
  | { readonly kind: 'ssh'; readonly file: KnownFile; readonly host_keys: readonly string[] }
  | { readonly kind: 'ftp'; readonly file: KnownFile }
  | { readonly kind: 'http'; readonly file: KnownFile }
  /** One of these pages is read through the proxy. */
  | { readonly kind: 'proxy'; readonly pages: readonly (KnownFile & { readonly address: string; readonly port: number })[] };

/** One service daemon of a server and how it is examined. */
export interface Service {
  readonly daemon: string;
  readonly probe: ProbeName;
  readonly port: number;
  /** Instead of the probe's dialogue. */
  readonly work?: ServiceWork;
  /** With the probe `script`: the path of a program that is called with address and port. */
  readonly script?: string;
}

/** One server of the ring. Its addresses stand in its management data (§2.4); here is what the paper's files do not hold. */
export interface RingServer {
  /** Position in the ring, from 1; the number in the group file. */
  readonly number: number;
  readonly name: string;
  /** Name of its management data, e.g. `ftp.dat`. */
  readonly dataName: string;
  /** Address on the SEM network. */
  readonly semAddress: string;
  /** Address of the virtual server that runs on this server (IPV of Fig. 14). */
  readonly virtualServerAddress: string;
  readonly services: readonly Service[];
}

/** The setting parameters of Table 1 and those that the paper leaves open, all in milliseconds. */
export interface TimingProfile {
  readonly interval_ms: number;
  /** How long a network examination waits before it calls the network disconnected. */
  readonly network_examination_ms: number;
  /** Maximum waiting time for a service examination. */
  readonly service_examination_ms: number;
  /** Maximum wait for a real server's restart, and again after Wake-on-LAN. */
  readonly restart_wait_ms: number;
  /** When, after the start of an interval, internal monitoring begins. */
  readonly internal_monitoring_at_ms: number;
  /** How often the background job examines a restarting server, and load samples are taken. */
  readonly poll_ms: number;
  /** How long to wait for another server's answer to a request that needs no work. */
  readonly answer_ms: number;
  /** How long the host may take to resume the standby and apply the installation procedure. */
  readonly virtual_server_creation_ms: number;
}

/** Weights of one server type for the selection value (§3.3). */
export interface SelectionWeights {
  readonly memory: number;
  readonly cpu: number;
  readonly network: number;
}

export interface RingConfiguration extends MethodConfiguration {
  readonly cluster: string;
  /** Name of the server on which this agent runs. */
  readonly self: string;
  readonly quorum: Quorum;
  /** There where `quorum` is `majority`; with `none` it is not looked at. */
  readonly ownership?: OwnershipConfiguration;
  readonly timing: TimingProfile;
  /** In ring order. */
  readonly servers: readonly RingServer[];
  /** Default gateway of the service network, the target of internal monitoring's network examination (§4.1). */
  readonly gateway: string;
  /** Prefix length of the service network, used for every address set there. */
  readonly service_prefix_length: number;
  readonly weights: Readonly<Record<ServerType, SelectionWeights>>;
  /** Rated transmission plus reception of the network in KB per second (N_rat, §3.3). */
  readonly network_rate_kb_s: number;
  /** Write the seconds of the interval and `Wait` to the system log as Fig. 14 does. */
  readonly log_seconds: boolean;
  /** There is a shared storage, which is looked at before a server is taken over for its services. */
  readonly examines_storage?: boolean;
}
