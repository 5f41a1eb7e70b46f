import { readFileSync, writeFileSync } from 'node:fs';
import { runScenario, type ScenarioResult } from '../../../cli/src/simulator/run-scenario.ts';
import { partOf } from '../../soak/promises.ts';
import { SCENARIOS } from './scenarios.ts';
import { transcriptOf } from './transcript-of.ts';

/**
 * Golden transcripts of section 4. After a change that is meant, write them anew with `WRITE_TRANSCRIPTS=1` and read the difference.
 */
describe.each(SCENARIOS.map((scenario) => [`${scenario.of}: ${scenario.name}`, scenario] as const))('%s', (_, told) => {
  const file = new URL(`../transcripts/${told.name}.txt`, import.meta.url);
  let result: ScenarioResult;

  beforeAll(() => {
    result = runScenario(told.scenario, partOf('several', 0).promises);
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
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
});
