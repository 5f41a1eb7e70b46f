import type { LogRecord } from './log-records.ts';
import { episodes, isDetection, isLeftToAnother, recordsOf } from './recovery-episodes.ts';

/** A manager's detection of a problem at its target server. */
export interface Detection {
  readonly target: string;
  readonly manager: string;
  /** Unix time in milliseconds. */
  readonly time_ms: number;
}

/**
 * Detections by managers that did not leave the recovery to another one, in the order of time. Those of a manager that failed before it recovered anything
 * are among them.
 *
 * @param servers names of the ring's servers
 * @param records of all system logs
 */
export function findDetections(servers: readonly string[], records: readonly LogRecord[]): readonly Detection[] {
  const detections = servers.flatMap((manager) =>
    servers.flatMap((target) =>
      episodes(recordsOf(records, target, manager)).flatMap((episode): readonly Detection[] => {
        const [detected] = episode;
        return detected === undefined || isLeftToAnother(episode) ? [] : [{ target, manager, time_ms: detected.time_ms }];
      }),
    ),
  );
  return detections.sort((a, b) => a.time_ms - b.time_ms);
}

/** A target server's return, by whichever manager. */
export interface Return {
  readonly target: string;
  /** Unix time in milliseconds. */
  readonly time_ms: number;
}

/**
 * Returns of target servers in the order of time. Those by a manager that detected nothing itself, or had left the recovery to another one at first, are among
 * them.
 *
 * @param servers names of the ring's servers
 * @param records of all system logs
 */
export function findReturns(servers: readonly string[], records: readonly LogRecord[]): readonly Return[] {
  const returns = servers.flatMap((manager) =>
    servers.flatMap((target) =>
      recordsOf(records, target, manager).flatMap(({ kind, time_ms }) => (kind === 'targetRecovered' ? [{ target, time_ms }] : [])),
    ),
  );
  return returns.sort((a, b) => a.time_ms - b.time_ms);
}

/** A virtual server that came to serve for a target server: the function is recovered. */
export interface Service {
  readonly target: string;
  readonly manager: string;
  /** `ftpb@web2` */
  readonly virtualServer: string;
  /** The manager's own last detection before; null where it had none. Unix time in milliseconds, as the time of the service. */
  readonly detected_ms: number | null;
  readonly time_ms: number;
}

/**
 * Every recovery of a server's function in the order of time, by whichever manager: also those of one that detected nothing itself, and further ones after one
 * detection.
 *
 * @param servers names of the ring's servers
 * @param records of all system logs
 */
export function findServices(servers: readonly string[], records: readonly LogRecord[]): readonly Service[] {
  const services = servers.flatMap((manager) =>
    servers.flatMap((target) => {
      const own = recordsOf(records, target, manager);
      return own.flatMap(({ kind, fields, time_ms }, index): readonly Service[] => {
        if (kind !== 'functionRecovered') return [];
        const detected = own.slice(0, index).findLast(isDetection);
        const virtualServer = `${fields[0] ?? ''}@${fields[1] ?? ''}`;
        return [{ target, manager, virtualServer, detected_ms: detected?.time_ms ?? null, time_ms }];
      });
    }),
  );
  return services.sort((a, b) => a.time_ms - b.time_ms);
}
