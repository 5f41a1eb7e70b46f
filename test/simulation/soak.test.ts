import { runScenario } from '../../cli/src/simulator/run-scenario.ts';
import { partOf, PRESENT_LEVEL } from '../soak/promises.ts';
import { randomScenario } from '../soak/random-scenario.ts';

/**
 * Always the same seeds: a change that breaks one of these rings is seen at once, by who made it. `npm run soak` is for finding others, and still finds
 * some. `DBSS_SEED` begins elsewhere, `DBSS_SOAK_SEEDS` makes it longer.
 */
const FIRST = Number(process.env['DBSS_SEED'] ?? 1);
const SEEDS = Number(process.env['DBSS_SOAK_SEEDS'] ?? 200);

test(`random rings under random faults keep every promise of level ${PRESENT_LEVEL} (seeds from ${String(FIRST)})`, () => {
  process.stdout.write(`soak of level ${PRESENT_LEVEL}: DBSS_SEED=${String(FIRST)}\n`);
  for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
    const { settings, promises } = partOf(PRESENT_LEVEL, seed);
    const { violations } = runScenario(randomScenario(seed, settings), promises);
    const told = violations.map(({ invariant, at_ms, what }) => `invariant ${String(invariant)} after ${String(at_ms)} ms: ${what}`);
    expect({ replay: `npm run soak -- --replay ${String(seed)}`, violations: told }).toEqual({
      replay: `npm run soak -- --replay ${String(seed)}`,
      violations: [],
    });
  }
});

test('the same seed gives the same transcript', () => {
  const { settings, promises } = partOf('majority', FIRST);
  const run = (): readonly string[] => runScenario(randomScenario(FIRST, settings), promises).transcript;
  expect(run()).toEqual(run());
});
