import type { LabUnderTest } from '../lab-under-test.ts';
import type { RunningCommand } from '../running-command.ts';
import { expect } from '../scenario.ts';
import type { VirtualService } from '../virtual-service.ts';
import { type KeptItem, linesOf } from './kept-line.ts';
import { keptCommand } from './kept.ts';

/** A client that writes something by a server's service every second or two, whoever serves. */
export class KeptWriter {
  readonly #running: RunningCommand;

  constructor(lab: LabUnderTest, server: string) {
    this.#running = lab.start('lab', 'exec', 'client', '--', ...keptCommand(lab, server, 'keep-writing'));
  }

  /** Waits until something was acknowledged. */
  async writes(): Promise<void> {
    await this.#running.outputMatches(/"problem":null/);
  }

  /** @returns all that it tried, in the order of time */
  async stop(): Promise<readonly KeptItem[]> {
    const { exitCode, output } = await this.#running.interrupt();
    expect(exitCode === 0, 'a client that wrote to the end', output.slice(-2000));
    return linesOf(output) as readonly KeptItem[];
  }
}

/** What was acknowledged from a moment on. */
export function acknowledgedSince(items: readonly KeptItem[], from_ms: number): readonly KeptItem[] {
  return items.filter(({ at_ms, problem }) => problem === null && at_ms >= from_ms);
}

/**
 * What was acknowledged while the virtual server served: something, until shortly before its end, and read again there at once.
 * @returns in words how much
 */
export function expectWrittenMeanwhile(items: readonly KeptItem[], { from_ms, until_ms }: VirtualService, shortly_ms: number): string {
  const meanwhile = acknowledgedSince(items, from_ms).filter(({ at_ms }) => at_ms <= until_ms);
  const last_ms = meanwhile.at(-1)?.at_ms ?? -Infinity;
  const problems = items.filter(({ at_ms, problem }) => problem !== null && at_ms >= from_ms).map(({ problem }) => problem);
  expect(until_ms - last_ms <= shortly_ms, `something written in the last ${String(shortly_ms / 1000)} s of the virtual server`, {
    acknowledged: meanwhile.map(({ at_ms }) => at_ms - from_ms),
    held_ms: until_ms - from_ms,
    problems,
  });
  expect(
    meanwhile.some(({ readAgain_ms }) => readAgain_ms !== null && readAgain_ms <= until_ms),
    'something read again at the virtual server by which it was written',
    { meanwhile, problems },
  );
  return `${String(meanwhile.length)}, the last ${((until_ms - last_ms) / 1000).toFixed(1)} s before the return`;
}
