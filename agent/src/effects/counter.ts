import type { MetricSample } from '../protocol/metrics.ts';

/** More combinations of labels than a counter of ours has: what comes from outside must not make it grow without end. */
const MOST_SAMPLES = 512;

/** Counts occurrences by labels since the agent's start. Labels are words of ours, never text from outside. */
export class Counter<Label extends string> {
  readonly #samples = new Map<string, { readonly labels: Readonly<Record<Label, string>>; value: number }>();

  add(labels: Readonly<Record<Label, string>>): void {
    const key = JSON.stringify(labels);
    const sample = this.#samples.get(key);
    if (sample !== undefined) sample.value += 1;
    else if (this.#samples.size < MOST_SAMPLES) this.#samples.set(key, { labels, value: 1 });
  }

  samples(): readonly MetricSample[] {
    return [...this.#samples.values()].map(({ labels, value }) => ({ labels, value }));
  }
}
