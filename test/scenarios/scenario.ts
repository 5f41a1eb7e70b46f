import type { LabUnderTest } from './lab-under-test.ts';

/** The labs that scenarios share; each is made when it is first asked for, with nothing up in it, and removed after the last scenario. */
export interface Labs {
  /** inventories/lab.yml: six servers. */
  readonly lab: LabUnderTest;
  /** inventories/small.yml: three servers. */
  readonly small: LabUnderTest;
}

export interface ScenarioOptions {
  /** Times as long as they are promised, where a run of everything has shorter ones. */
  readonly full: boolean;
  /** Which of its cases `client-work` tries, as names separated by commas; all without it. */
  readonly only: string | undefined;
}

/** One promise of the product, kept on real labs. Scenarios run in order; each leaves the rings that it found managed as they were: managed. */
export interface Scenario {
  readonly name: string;
  /** What is promised, in words for the report. */
  readonly promise: string;
  /** Scenarios that must have passed before, because they leave the labs as this one needs them. */
  readonly needs: readonly string[];
  /** Left out where none is named: it takes long. */
  readonly onlyByName?: true;
  /** Throws when the promise is not kept. */
  readonly run: (labs: Labs, options: ScenarioOptions) => Promise<void>;
}

/** Says what was expected and what was found. */
export function expect(condition: boolean, expected: string, found: unknown = ''): asserts condition {
  if (!condition) throw new Error(`expected ${expected}; found ${typeof found === 'string' ? found : JSON.stringify(found)}`);
}
