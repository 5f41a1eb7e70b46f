import { serverOf, type TimedFault } from '../../cli/src/simulator/fault.ts';
import type { Scenario } from '../../cli/src/simulator/scenario.ts';

/** Times are shortened down to this. */
const SHORTEST_MS = 1000;

/**
 * A scenario that fails like the given one and has fewer faults, fewer servers and shorter times.
 *
 * @param fails whether a scenario still shows what is looked for
 * @param runs_max how many scenarios to try at most
 */
export function shrink(scenario: Scenario, fails: (candidate: Scenario) => boolean, runs_max = 400): Scenario {
  let best = scenario;
  let runs = 0;
  for (let better: Scenario | undefined = best; better !== undefined;) {
    best = better;
    better = undefined;
    for (const candidate of smaller(best)) {
      if (runs >= runs_max) return best;
      runs += 1;
      if (!fails(candidate)) continue;
      better = candidate;
      break;
    }
  }
  return best;
}

/** What is a little smaller, the greatest steps first. */
function* smaller(scenario: Scenario): Generator<Scenario> {
  const { faults, names } = scenario;
  for (const left of faults) yield { ...scenario, faults: faults.filter((fault) => fault !== left) };
  for (const left of names) {
    const used = faults.some(({ fault }) => serverOf(fault) === left || ('other' in fault && fault.other === left));
    if (!used && names.length > 2) yield without(scenario, left);
  }
  if (scenario.jitter_ms > 0) yield { ...scenario, jitter_ms: 0 };
  if (Object.keys(scenario.skew_ms).length > 0) yield { ...scenario, skew_ms: {} };
  for (const [index, timed] of faults.entries()) {
    for (const shorter of shorterTimes(timed)) yield { ...scenario, faults: faults.with(index, shorter) };
  }
}

function without(scenario: Scenario, name: string): Scenario {
  const faults = scenario.faults.map(({ at_ms, fault }): TimedFault => {
    return { at_ms, fault: fault.kind === 'power-cut' ? { ...fault, returns_ms: withoutKey(fault.returns_ms, name) } : fault };
  });
  return { ...scenario, names: scenario.names.filter((other) => other !== name), skew_ms: withoutKey(scenario.skew_ms, name), faults };
}

function withoutKey(record: Readonly<Record<string, number>>, key: string): Record<string, number> {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));
}

function* shorterTimes({ at_ms, fault }: TimedFault): Generator<TimedFault> {
  const half = (time_ms: number): number => Math.round(time_ms / 2 / SHORTEST_MS) * SHORTEST_MS;
  if (at_ms > SHORTEST_MS) yield { at_ms: half(at_ms), fault };
  if (at_ms % SHORTEST_MS !== 0) yield { at_ms: Math.round(at_ms / SHORTEST_MS) * SHORTEST_MS, fault };
  if (!('for_ms' in fault) || fault.for_ms === undefined) return;
  const { for_ms } = fault;
  if (for_ms > SHORTEST_MS) yield { at_ms, fault: { ...fault, for_ms: Math.max(SHORTEST_MS, half(for_ms)) } };
  if (for_ms % SHORTEST_MS !== 0) yield { at_ms, fault: { ...fault, for_ms: Math.ceil(for_ms / SHORTEST_MS) * SHORTEST_MS } };
}
