import type { AbnormalService } from '../dbss/abnormal-service.ts';

/** What a management server with priority 2 knows about the one with priority 1 (§2.3). */
export interface FirstManagerWatch {
  /** Who is examined; undefined before the first examination. */
  server: string | undefined;
  /** Answers that the running examination still waits for: `network`, `state`, daemons, and at last `storage` where a service is abnormal. */
  outstanding: string[];
  reachable: boolean;
  /** What its agent says of its management program. */
  program: 'running' | 'not running' | 'no answer';
  abnormalServices: AbnormalService[];
  /** How many findings in a row speak against it. */
  doubts: number;
}

export function newFirstManagerWatch(): FirstManagerWatch {
  return { server: undefined, outstanding: [], reachable: false, program: 'no answer', abnormalServices: [], doubts: 0 };
}
