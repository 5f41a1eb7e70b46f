import { readFileSync, writeFileSync } from 'node:fs';
import { type Promises, runScenario, type ScenarioResult } from '../../../cli/src/simulator/run-scenario.ts';
import type { Section4Scenario } from './scenario-of.ts';
import { transcriptOf } from './transcript-of.ts';

/**
 * Tests of scenarios by their golden transcripts in test/simulation/transcripts. After a change that is meant, write them anew with `WRITE_TRANSCRIPTS=1` and read
 * the difference.
 */
export function testByTranscripts(scenarios: readonly Section4Scenario[], promises: Promises): void {
  describe.each(scenarios.map((scenario) => [`${scenario.of}: ${scenario.name}`, scenario] as const))('%s', (_, told) => {
    const file = new URL(`../transcripts/${told.name}.txt`, import.meta.url);
    let result: ScenarioResult;

    beforeAll(() => {
      result = runScenario(told.scenario, promises);
    });

    test('no invariant is violated, and everything is normal in the end', () => {
      expect(result.violations).toEqual([]);
    });

    test('the transcript is the golden one', () => {
      const transcript = transcriptOf(told, result);
      if (process.env['WRITE_TRANSCRIPTS'] !== undefined) writeFileSync(file, transcript);
      expect(transcript).toBe(readFileSync(file, 'utf8'));
    });
  });

  test('scenarios and transcripts have names of their own', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  });
}
