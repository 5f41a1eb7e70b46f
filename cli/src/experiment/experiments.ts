/** The problems of Table 2. Nt: the plug of the server is pulled. St: its services are stopped, and a restart of the server brings them back. */
export type Problem = 'Nt' | 'St';

/** One server's part in a failure. */
export interface PlannedFault {
  readonly server: string;
  readonly problem: Problem;
}

/** One kind of failure that is repeated; its faults happen at the same time. */
export interface ExperimentCase {
  /** e.g. `Nt`, or `St-Nt`: St at the first server, Nt at the second. */
  readonly name: string;
  readonly faults: readonly PlannedFault[];
}

/** An experiment of section 5 in which servers fail. */
export interface FailureExperiment {
  readonly name: FailureExperimentName;
  /** As the report calls it. */
  readonly title: string;
  readonly cases: readonly ExperimentCase[];
}

export type FailureExperimentName = 'table2-one' | 'table2-two' | 'fig15';
export type ExperimentName = 'table1' | FailureExperimentName;

/** The one case of Table 1, which is no failure of interest in itself. */
export const CHARACTERISTICS = 'characteristics';
/** The server whose characteristics Table 1 gives, and that fails in the upper part of Table 2. */
export const TARGET = 'ftp';

const PROBLEMS: readonly Problem[] = ['St', 'Nt'];

/** The failures of §5.3 with the servers that the paper names. */
export const FAILURE_EXPERIMENTS: Readonly<Record<FailureExperimentName, FailureExperiment>> = {
  'table2-one': {
    name: 'table2-one',
    title: 'Table 2, upper part: a problem in one server',
    cases: PROBLEMS.map((problem) => ({ name: problem, faults: [{ server: TARGET, problem }] })),
  },
  'table2-two': {
    name: 'table2-two',
    title: 'Table 2, lower part: problems in two servers at the same time',
    cases: PROBLEMS.flatMap((ftp) =>
      PROBLEMS.map((web1) => ({
        name: `${ftp}-${web1}`,
        faults: [
          { server: TARGET, problem: ftp },
          { server: 'web1', problem: web1 },
        ],
      })),
    ),
  },
  fig15: {
    name: 'fig15',
    title: 'Fig. 15: three servers fail at the same time',
    cases: [{ name: 'Nt', faults: ['mail', TARGET, 'web1'].map((server) => ({ server, problem: 'Nt' as const })) }],
  },
};

/** What a problem is, in words. */
export function problemInWords(problem: Problem): string {
  switch (problem) {
    case 'Nt':
      return 'plug pulled';
    case 'St':
      return 'services stopped';
  }
}
