import type { ProbeName } from '@dbss/agent/protocol/ring/ring-configuration.ts';

/** What the client program does, given to it as one line of JSON on its standard input. */
export interface ClientTask {
  /** A server's virtual IP address. */
  readonly address: string;
  readonly port: number;
  readonly probe: ProbeName;
  /** User of the service, where it asks for one. */
  readonly user: string;
  readonly password: string;
  /** File on the shared storage that ftp and http read, and what must stand in it. */
  readonly file: string;
  readonly content: string;
  /** From the start of one attempt to the start of the next. */
  readonly interval_ms: number;
  /** For one whole attempt. */
  readonly timeout_ms: number;
  readonly duration_ms: number | undefined;
}
