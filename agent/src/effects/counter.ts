import type { MetricSample } from '../protocol/metrics.ts';

/** More combinations of labels than a counter of ours has: what comes from outside must not make it grow without end. */
const MOST_SAMPLES = 512;

/** Counts occurrences by labels since the agent's start. Labels are words of ours, never text from outside. */
export class Counter<Label extends string> {
  readonly #samples = new Map<string, { readonly labels: Readonly<Record<Label, string>>; value: number }>();

  /** @param by one occurrence, or what is added up instead */
  add(labels: Readonly<Record<Label, string>>, by = 1): void {
    const key = JSON.stringify(labels);
    const sample = this.#samples.get(key);
    if (sample !== undefined) sample.value += by;
    else if (this.#samples.size < MOST_SAMPLES) this.#samples.set(key, { labels, value: by });
  }

  samples(): readonly MetricSample[] {
    return [...this.#samples.values()].map(({ labels, value }) => ({ labels, value }));
  }
}
