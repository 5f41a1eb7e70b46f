import type { ClientWork } from './client-work.ts';

/** With this the process says that nobody listens at the service's port. */
export const REFUSED_EXIT_CODE = 3;

/** What the agent has a process of its own do. */
export interface ChildTask {
  readonly work: ClientWork;
  /** When it has to have ended, on this machine's wall clock. */
  readonly ends_unix_ms: number;
}
