import { join } from 'node:path';

/** Where things lie on a server (docs/architecture.md). */
export interface AgentPaths {
  /** The memory disk. */
  readonly run: string;
  /** Copy of the management files on disk. */
  readonly localCopy: string;
  readonly controlSocket: string;
  readonly tls: string;
  readonly datagramKeys: string;
  /** Secrets that installation procedure files are encrypted with. */
  readonly procedureKeys: string;
  /** Directory that the configuration which is captured lies below. */
  readonly configuration: string;
  /** Installation procedure files as the inventory has them, and as the servers captured them. */
  readonly procedures: string;
  readonly captures: string;
  readonly originalServer: string;
  readonly standby: string;
  readonly systemLog: string;
  /** What the voter keeps on disk, and this boot's claims of addresses. */
  readonly voter: string;
  readonly claims: string;
  /** What its voter remembers from one agent of this boot to the next. */
  readonly voterMemory: string;
}

/** @param root put before every path; empty on a server, a directory of its own for an agent beside others */
export function agentPaths(root: string): AgentPaths {
  const at = (path: string): string => join(root === '' ? '/' : root, path);
  return {
    run: at('run/dbss'),
    localCopy: at('var/lib/dbss/management/copy.json'),
    controlSocket: at('run/dbss/agent.sock'),
    tls: at('etc/dbss/tls'),
    datagramKeys: at('etc/dbss/datagram.key'),
    procedureKeys: at('etc/dbss/procedure.key'),
    configuration: at('/'),
    procedures: at('var/lib/dbss/procedures'),
    captures: at('var/lib/dbss/captures'),
    originalServer: at('var/lib/dbss/original-server'),
    standby: at('var/lib/dbss/standby'),
    systemLog: at('var/log/dbss/system.log'),
    voter: at('var/lib/dbss/voter'),
    claims: at('run/dbss/claims'),
    voterMemory: at('run/dbss/voter-memory.json'),
  };
}
