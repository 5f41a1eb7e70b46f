/** What one fault did to the ring, as seen from outside and told by the servers' system logs. */
export interface FaultReport {
  readonly number: number;
  readonly name: string;
  readonly what: string;
  /** ISO 8601. */
  readonly struck: string;
  /** Seconds in which no connection to a server's virtual address was accepted, by server; those below a tenth of a second are left out. */
  readonly unreachable_s: Readonly<Record<string, number>>;
  /** Rounds in which two machines answered for one address, and who they were. */
  readonly doubles: readonly { readonly server: string; readonly by: readonly string[]; readonly rounds: number }[];
  /** `ftpb@web2`: virtual servers whose creation was started. */
  readonly takeovers: readonly string[];
  /** Those of them that were for a server that was healthy. */
  readonly wrongTakeovers: readonly string[];
  /** From the strike until everything was normal again; null when it did not become so without an operator. */
  readonly normal_after_s: number | null;
  /** What was not normal in the end, and what the operator did about it. */
  readonly operator: readonly string[];
}

export interface ChaosTotals {
  readonly faults: number;
  /** Instants: rounds in which two machines answered for one address. */
  readonly doubleAnswers: number;
  readonly wrongTakeovers: number;
  readonly operatorActions: number;
}

export function totalsOf(reports: readonly FaultReport[], doubleAnswers: number): ChaosTotals {
  return {
    faults: reports.length,
    doubleAnswers,
    wrongTakeovers: reports.reduce((sum, report) => sum + report.wrongTakeovers.length, 0),
    operatorActions: reports.filter(({ normal_after_s }) => normal_after_s === null).length,
  };
}

export function totalsLine({ faults, doubleAnswers, wrongTakeovers, operatorActions }: ChaosTotals): string {
  return (
    `${String(faults)} faults, ${String(doubleAnswers)} double answers, ${String(wrongTakeovers)} takeovers of healthy servers, ` +
    `${String(operatorActions)} operator actions needed`
  );
}

/** One line: what was done, who could not be reached how long, who was taken over, how long until all was normal. */
export function faultLine(report: FaultReport): string {
  const { number, name, what, unreachable_s, doubles, takeovers, wrongTakeovers, normal_after_s, operator } = report;
  const outages = Object.entries(unreachable_s).map(([server, seconds]) => `${server} ${seconds.toFixed(2)} s`);
  return [
    `${String(number)}. ${name}: ${what}`,
    `unreachable: ${outages.join(', ') || 'nobody'}`,
    `taken over: ${takeovers.join(', ') || 'nobody'}`,
    ...(wrongTakeovers.length === 0 ? [] : [`OF THEM HEALTHY: ${wrongTakeovers.join(', ')}`]),
    ...doubles.map(({ server, by, rounds }) => `TWO ANSWERS for ${server}: ${by.join(' and ')}, ${String(rounds)} times`),
    normal_after_s === null ? `NOT NORMAL by itself: ${operator.join('; ')}` : `normal after ${normal_after_s.toFixed(0)} s`,
  ].join('; ');
}
