import type { Limits } from '@dbss/agent/effects/service-check/time-limit.ts';
import type { ClientWork } from '@dbss/agent/effects/service-check/work/client-work.ts';

/** What the client program does, given to it as one line of JSON on its standard input. */
export interface ClientTask {
  readonly work: ClientWork;
  /** From the start of one attempt to the start of the next. */
  readonly interval_ms: number;
  /** For one whole attempt, and for each connection that it makes. */
  readonly limits: Limits;
  readonly duration_ms: number | undefined;
  /** Unix time modulo the interval at which attempts start; without it at once. */
  readonly phase_ms: number | undefined;
}
