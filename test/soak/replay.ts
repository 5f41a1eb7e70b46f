import { runScenario, type ScenarioResult } from '../../cli/src/simulator/run-scenario.ts';
import type { Scenario } from '../../cli/src/simulator/scenario.ts';
import { describeScenario } from '../../cli/src/simulator/describe-fault.ts';
import type { SoakPart } from './promises.ts';
import { randomScenario } from './random-scenario.ts';
import { shrink } from './shrink.ts';

/** Run one seed again; where it violates an invariant, shrink it and print the transcript of what is left. True when nothing was violated. */
export function replay(seed: number, { settings, promises }: SoakPart, say: (line: string) => void): boolean {
  const scenario = randomScenario(seed, settings);
  const result = runScenario(scenario, promises);
  say(`seed ${String(seed)}: ${describeScenario(scenario)}`);
  const [first] = result.violations;
  if (first === undefined) {
    tell(result, say);
    say('no violation');
    return true;
  }
  const fails = (candidate: Scenario): boolean =>
    runScenario(candidate, promises).violations.some((violation) => violation.invariant === first.invariant);
  const smallest = shrink(scenario, fails);
  say(`shrunk: ${describeScenario(smallest)}`);
  const shrunk = runScenario(smallest, promises);
  tell(shrunk, say);
  for (const { invariant, at_ms, what } of shrunk.violations)
    say(`invariant ${String(invariant)} violated after ${(at_ms / 1000).toFixed(2)} s: ${what}`);
  return false;
}

function tell({ transcript }: ScenarioResult, say: (line: string) => void): void {
  for (const line of transcript) say(line);
}
