import type { LabUnderTest } from './lab-under-test.ts';

/** One promise of the product, kept on a real lab. Scenarios run in order on one lab; each leaves the ring as it found it: managed. */
export interface Scenario {
  readonly name: string;
  /** What is promised, in words for the report. */
  readonly promise: string;
  /** Throws when the promise is not kept. */
  readonly run: (lab: LabUnderTest) => Promise<void>;
}

/** Says what was expected and what was found. */
export function expect(condition: boolean, expected: string, found: unknown = ''): asserts condition {
  if (!condition) throw new Error(`expected ${expected}; found ${typeof found === 'string' ? found : JSON.stringify(found)}`);
}
