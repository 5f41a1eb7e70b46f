import { fieldsOf, linesOf } from './lines.ts';

/** A record of the problem file: which virtual server stands in for which failed target, and where it runs (§2.4). */
export interface ProblemRecord {
  readonly virtualServer: string;
  readonly target: string;
  /** The management server that runs the virtual server. */
  readonly host: string;
}

/** The paper's name of the virtual server of a target: `ftpb` for `ftp`. */
export function virtualServerName(target: string): string {
  return `${target}b`;
}

export function formatProblemRecord(record: ProblemRecord): string {
  return `${record.virtualServer} ${record.target} ${record.host}`;
}

export function parseProblem(text: string): ProblemRecord[] {
  return linesOf(text).flatMap((line) => {
    const [virtualServer, target, host] = fieldsOf(line, 3) ?? [];
    return virtualServer === undefined || target === undefined || host === undefined ? [] : [{ virtualServer, target, host }];
  });
}
