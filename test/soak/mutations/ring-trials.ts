import { INVARIANTS, type Violation } from '../../../cli/src/simulator/checkers/promise.ts';
import { describeScenario } from '../../../cli/src/simulator/describe-fault.ts';
import { type Promises, runScenario } from '../../../cli/src/simulator/run-scenario.ts';
import type { Scenario } from '../../../cli/src/simulator/scenario.ts';
import type { Trial } from '../../mutations/mutation.ts';
import { type LevelName, partOf } from '../promises.ts';
import { randomScenario } from '../random-scenario.ts';
import { shrink } from '../shrink.ts';
import { Stage, type StageSettings } from './stage.ts';

/** Whatever befalls a ring, every invariant is asked of it. */
const EVERYTHING: Promises = { exemptions: [], quorumOf: () => 1 };

/** The random rings of a soak's level, from seed 1 on, until one of them violates an invariant. */
export function inSoak(level: LevelName, seeds: number): Trial {
  return {
    search: (trace) => {
      for (let seed = 1; seed <= seeds; seed += 1) {
        const { settings, promises } = partOf(level, seed);
        const scenario = randomScenario(seed, settings);
        const [first] = runScenario(scenario, promises).violations;
        if (first === undefined) continue;
        const effort = `${String(seed)} seeds of ${level}, seed ${String(seed)}`;
        return { violation: violationText(first), effort, at: seed, trace: trace ? shrunkTrace(scenario, promises, first) : [] };
      }
      return { violation: undefined, effort: `${String(seeds)} seeds of ${level}`, at: seeds, trace: [] };
    },
    again: (seed) => {
      const { settings, promises } = partOf(level, seed);
      return firstViolation(randomScenario(seed, settings), promises);
    },
  };
}

/** One scenario, as those of section 4 are. `exemptions`: invariants that it does not keep without a mutation either. */
export function inScenario(scenario: Scenario, exemptions: Promises['exemptions'] = []): Trial {
  const promises = { ...EVERYTHING, exemptions };
  return {
    search: (trace) => {
      const { violations, transcript } = runScenario(scenario, promises);
      const [first] = violations;
      const told = first === undefined || !trace ? transcript : shrunkTrace(scenario, promises, first);
      return { violation: first === undefined ? undefined : violationText(first), effort: '1 scenario', at: 0, trace: told };
    },
    again: () => firstViolation(scenario, promises),
  };
}

/** A ring to which something is done by hand, with the checkers looking on and with expectations that are stated. */
export function onStage(settings: StageSettings, play: (stage: Stage) => void): Trial {
  const run = (): Stage => {
    const stage = new Stage(settings);
    play(stage);
    return stage;
  };
  return {
    search: () => {
      const stage = run();
      return { violation: stage.wrong[0], effort: '1 scenario', at: 0, trace: stage.transcript };
    },
    again: () => run().wrong[0],
  };
}

function firstViolation(scenario: Scenario, promises: Promises): string | undefined {
  const [first] = runScenario(scenario, promises).violations;
  return first === undefined ? undefined : violationText(first);
}

function violationText({ invariant, what }: Pick<Violation, 'invariant' | 'what'>): string {
  return `${String(invariant)} ${INVARIANTS[invariant]}: ${what}`;
}

/** What is left of a scenario when everything that the violation does not need is taken away, and its transcript. */
function shrunkTrace(scenario: Scenario, promises: Promises, { invariant }: Violation): readonly string[] {
  const fails = (candidate: Scenario): boolean => runScenario(candidate, promises).violations.some((one) => one.invariant === invariant);
  const smallest = shrink(scenario, fails);
  return [describeScenario(smallest), ...runScenario(smallest, promises).transcript];
}
