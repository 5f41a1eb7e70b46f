import { loadInventory } from '../../cli/src/inventory/load-inventory.ts';
import type { Observation, ObserverSummary } from '../../cli/src/lab/observer/observation.ts';
import { observeLab } from '../../cli/src/lab/observer/lab-observer.ts';
import { type LabUnderTest, pause } from './lab-under-test.ts';
import { expect } from './scenario.ts';

const EVERY_MS = 10;
/** No scenario lasts so long. */
const LONGEST_MS = 30 * 60_000;
/** What a client does not feel: a lost packet, a change of hands. */
const UNFELT_MS = 100;

export interface Watched {
  readonly observations: readonly Observation[];
  readonly summary: ObserverSummary;
}

/** Do something while the observer watches all virtual addresses on both networks. */
export async function watched(lab: LabUnderTest, act: () => Promise<void>): Promise<Watched> {
  const observations: Observation[] = [];
  const observing = new AbortController();
  let watching = (): void => undefined;
  const begun = new Promise<void>((resolve) => (watching = resolve));
  const ended = observeLab(await loadInventory(lab.inventory), {
    every_ms: EVERY_MS,
    duration_ms: LONGEST_MS,
    signal: observing.signal,
    onObservation: (observation) => {
      observations.push(observation);
      watching();
    },
  });
  try {
    await Promise.race([begun, ended]);
    await act();
    await pause(1000);
  } finally {
    observing.abort();
    await ended.catch(() => undefined);
  }
  return { observations, summary: await ended };
}

/** At no instant did two machines answer for one address, and the observer missed nothing. */
export function expectOneAnswer({ observations, summary }: Watched): void {
  expect(summary.framesLost === 0, 'no frame lost by the observer', summary);
  const doubles = observations.filter(({ kind }) => kind === 'double');
  expect(doubles.length === 0, 'no instant with two answers for one address', doubles.slice(0, 10));
}

/** Nobody but these servers was unreachable for a time that a client feels. */
export function expectReachable({ observations }: Watched, but: readonly string[]): void {
  const felt = observations.filter(
    (seen) => seen.kind === 'unreachable' && !but.includes(seen.server) && (seen.to_ms ?? Infinity) - seen.from_ms > UNFELT_MS,
  );
  expect(felt.length === 0, 'every other server reachable all the time', felt);
}

/** How long each of these servers was unreachable in all, in words. */
export function outagesOf({ summary }: Watched, servers: readonly string[]): string {
  return summary.addresses
    .filter(({ server }) => servers.includes(server))
    .map(({ server, unreachable_ms }) => `${server} ${(unreachable_ms / 1000).toFixed(2)} s`)
    .join(', ');
}
