/** Everything that can happen to a server, as data. Time comes in with each event and from nowhere else. */
import type { LoadSample } from './load/load-sample.ts';
import type { ManagementFiles } from './management-files/management-files.ts';
import type { ProcedureProduct } from './procedure/procedure-work.ts';
import type { Answer, Request } from './sem/messages.ts';

/** `mono_ms`: monotonic clock of this machine, for durations. `unix_ms`: wall clock, for aligned intervals and for logs. */
export interface Instant {
  readonly mono_ms: number;
  readonly unix_ms: number;
}

/** Names one asked effect; the result that comes back carries it. */
export type RequestId = string;

/** What an effect with a result came to. `failed` says why in words for the log. */
export type Outcome =
  /**
   * `notes`: what the log should say of it. `unexamined`: of a service's examination, which nothing speaks against, because it could not be made here, and why: it speaks
   * for the service no more than against it.
   */
  | { readonly kind: 'done'; readonly elapsed_ms: number; readonly notes?: readonly string[]; readonly unexamined?: string }
  /**
   * `held_by`: this machine holds the address that was wanted, say the voters (its name), or it answers for it itself (its MAC address). `refused`: nobody listens at
   * the service's port.
   */
  | { readonly kind: 'failed'; readonly reason: string; readonly elapsed_ms: number; readonly held_by?: string; readonly refused?: true }
  | { readonly kind: 'load'; readonly sample: LoadSample }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'procedure'; readonly product: ProcedureProduct };

export type Event = { readonly now: Instant } & (
  | {
      readonly kind: 'started';
      /** Kernel boot id and a random incarnation drawn by the runtime. */
      readonly boot_id: string;
      readonly incarnation: string;
      /** Virtual addresses of the ring found on the service interface: an agent restarted under a running server. */
      readonly held_addresses: readonly string[];
      readonly physical_memory_kb: number;
      readonly cpu_cores: number;
      /** What stands on the hypervisor when the agent starts. */
      readonly standby: 'suspended' | 'running' | 'absent';
      /** The copy of the management files on disk, where there is one. */
      readonly copy?: string | undefined;
    }
  /** The executor system looked at the memory disk (§3.2). Sent when something changed since the last look. */
  | {
      readonly kind: 'memory-disk';
      readonly files: ManagementFiles | undefined;
      readonly flag: boolean;
      /** The file `versions`, where there is one. */
      readonly versions?: string | undefined;
    }
  | { readonly kind: 'timer'; readonly timer: string }
  | { readonly kind: 'result'; readonly request: RequestId; readonly outcome: Outcome }
  /** Another server's request; it is answered by an `answer` effect with the same `call`. */
  | { readonly kind: 'call'; readonly call: string; readonly from: string; readonly request: Request }
  /** The standby's emulator does not run. Told again and again; the protocol knows whether it should. */
  | { readonly kind: 'emulator-ended' }
  /** An operator's word through the control socket. */
  | { readonly kind: 'operator'; readonly command: 'reset-standby' }
  | { readonly kind: 'operator'; readonly command: 'return-target'; readonly target: string }
  /** Answered by a `tell-operator` effect with the same ticket. */
  | { readonly kind: 'operator'; readonly command: 'capture-procedure'; readonly ticket: string; readonly force: boolean }
);
