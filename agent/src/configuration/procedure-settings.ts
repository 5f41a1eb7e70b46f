import { virtualServerName } from '../protocol/management-files/problem.ts';
import type { Service } from '../protocol/ring/ring-configuration.ts';
import type { SharedStorage } from './agent-configuration.ts';

/** What `procedure.conf` in an installation procedure file says beside the files (§3.1). */
export interface ProcedureSettings {
  readonly server: string;
  readonly services: readonly Service[];
  /** As virtual servers mount it. */
  readonly storage: SharedStorage | undefined;
  readonly gateway: string;
  /** Of a captured file; one that was generated from the inventory has none. */
  readonly version?: string;
  /** Units or drop-ins are among its files: systemd has to read them. */
  readonly hasUnits?: boolean;
}

/** `procedure.conf`: settings as lines that a shell reads. */
export function procedureConf({ server, services, storage, gateway, version = '', hasUnits = false }: ProcedureSettings): string {
  const settings: Readonly<Record<string, string>> = {
    SERVER: server,
    VERSION: version,
    DAEMONS: services.map(({ daemon }) => daemon).join(' '),
    LISTENERS: services.map(({ daemon, port }) => `${daemon}:${port.toString(16).toUpperCase().padStart(4, '0')}`).join(' '),
    UNITS: hasUnits ? '1' : '',
    HOST_NAME: virtualServerName(server),
    STORAGE_SOURCE: storage?.source ?? '',
    STORAGE_MOUNT_POINT: storage?.mount_point ?? '',
    STORAGE_FSTYPE: storage?.fstype ?? '',
    STORAGE_OPTIONS: storage?.options ?? '',
    GATEWAY: gateway,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${shellQuote(value)}\n`)
    .join('');
}

/** A word that a POSIX shell takes as it is. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
