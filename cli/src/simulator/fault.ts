import type { Disturbance, NetworkName } from './faults.ts';

/** What befalls one server or the world, as data. `for_ms`: after so long somebody has repaired what does not repair itself. */
export type Fault =
  /** The plug is pulled. The machine starts when it is asked to, or not before it is repaired, which also switches it on. */
  | { readonly kind: 'power'; readonly server: string; readonly for_ms: number | undefined }
  | {
      readonly kind: 'service';
      readonly server: string;
      /** The first daemon where none is named. */
      readonly daemon?: string | undefined;
      /** `disabled`: it does not start with the machine. `broken`: it ends right after each start, until it is repaired. */
      readonly how: 'stopped' | 'disabled' | 'broken';
      readonly for_ms: number;
    }
  /** A restart that nobody asked for. */
  | { readonly kind: 'reboot'; readonly server: string; readonly for_ms: number }
  | { readonly kind: 'agent'; readonly server: string; readonly for_ms: number }
  /** The flag file is deleted for a while (§3.2). */
  | { readonly kind: 'flag'; readonly server: string; readonly for_ms: number }
  | { readonly kind: 'link'; readonly server: string; readonly network: NetworkName; readonly for_ms: number }
  /** Only one direction of a server's link is dead. */
  | {
      readonly kind: 'one-way';
      readonly server: string;
      readonly network: NetworkName;
      readonly direction: 'in' | 'out';
      readonly for_ms: number;
    }
  /** Two servers do not hear each other; the others hear both. */
  | { readonly kind: 'partition'; readonly server: string; readonly other: string; readonly network: NetworkName; readonly for_ms: number }
  | { readonly kind: 'switch'; readonly which: NetworkName | 'gateway'; readonly for_ms: number }
  | { readonly kind: 'freeze'; readonly server: string; readonly for_ms: number; readonly messagesLost: boolean }
  | { readonly kind: 'slow'; readonly server: string; readonly slow_ms: number; readonly for_ms: number }
  | { readonly kind: 'clock-step'; readonly server: string; readonly skew_ms: number }
  | { readonly kind: 'clock-drift'; readonly server: string; readonly rate: number }
  | { readonly kind: 'disk'; readonly server: string; readonly for_ms: number }
  | { readonly kind: 'messages'; readonly disturbance: Disturbance; readonly for_ms: number }
  | {
      readonly kind: 'hypervisor';
      readonly server: string;
      readonly how: 'resume' | 'install' | 'hang' | 'remove-address';
      readonly for_ms: number;
    }
  /** The interface neither takes nor gives up its virtual address. */
  | { readonly kind: 'address'; readonly server: string; readonly for_ms: number }
  /** The next examination of each other server's network by this one is lost. */
  | { readonly kind: 'ping'; readonly server: string }
  /** Somebody edits the configuration of a server's daemons and restarts them. `here`: it works on this server, and in no standby. */
  | { readonly kind: 'configuration'; readonly server: string; readonly works: 'everywhere' | 'here' }
  /** `hangs`: the shared storage answers nobody, and no service that reads it either. `full`: mail cannot be delivered. */
  | { readonly kind: 'storage'; readonly how: 'hangs' | 'full'; readonly for_ms: number }
  /** All servers at once; each comes back by itself, after a time of its own. */
  | { readonly kind: 'power-cut'; readonly returns_ms: Readonly<Record<string, number>> };

export type FaultKind = Fault['kind'];

/** The kinds in the order in which they are listed. */
export const FAULT_KINDS = [
  ...([
    'power',
    'service',
    'reboot',
    'agent',
    'flag',
    'ping',
    'clock-step',
    'clock-drift',
    'hypervisor',
    'address',
    'disk',
    'configuration',
  ] as const),
  ...(['link', 'switch', 'messages', 'freeze', 'slow', 'one-way', 'partition', 'power-cut', 'storage'] as const),
] as const satisfies readonly FaultKind[];

/** A fault at a time, counted from the middle of an interval of a ring that has been up for a while. */
export interface TimedFault {
  readonly at_ms: number;
  readonly fault: Fault;
}

/** The server that a fault befalls; `undefined` where it befalls all. */
export function serverOf(fault: Fault): string | undefined {
  return 'server' in fault ? fault.server : undefined;
}

/** After how long a fault is repaired for certain by what is done to the world, not by the ring. */
export function repairedAfter_ms(fault: Fault): number {
  if (fault.kind === 'power-cut') return Math.max(...Object.values(fault.returns_ms));
  return 'for_ms' in fault ? (fault.for_ms ?? 0) : 0;
}
