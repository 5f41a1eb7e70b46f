import { runScenario } from '../../cli/src/simulator/run-scenario.ts';
import { NOT_YET } from '../simulation/section-4/not-yet.ts';
import { SCENARIOS } from '../simulation/section-4/scenarios.ts';
import { transcriptOf } from '../simulation/section-4/transcript-of.ts';
import { partOf } from './promises.ts';

/** Print the transcript of a scenario of section 4, or one line for each of them. True when no invariant was violated. */
export function tellScenario(name: string, say: (line: string) => void): boolean {
  const known = [...SCENARIOS, ...NOT_YET];
  const wanted = name === 'all' ? known : known.filter((scenario) => scenario.name === name);
  if (wanted.length === 0)
    throw new Error(`--scenario is ${name}, expected all or one of ${known.map((scenario) => scenario.name).join(', ')}`);
  let held = true;
  for (const scenario of wanted) {
    const result = runScenario(scenario.scenario, partOf('full', 0).promises);
    const invariants = [...new Set(result.violations.map(({ invariant }) => invariant))].join(', ');
    held &&= result.violations.length === 0;
    if (name === 'all') say(`${scenario.name.padEnd(38)} ${result.violations.length === 0 ? 'holds' : `violates ${invariants}`}`);
    else say(transcriptOf(scenario, result));
    const notYet = NOT_YET.find((other) => other === scenario);
    if (notYet !== undefined && name !== 'all') say(`Why not yet: ${notYet.why}`);
  }
  return held;
}
