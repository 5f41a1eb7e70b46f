import type { MetricSample } from '../../protocol/metrics.ts';
import type { Answer, Request } from '../../protocol/sem/messages.ts';
import { Counter } from '../counter.ts';

/** Counts what was asked over SEM and what became of it, in both directions. */
export class Traffic {
  readonly #answered = new Counter<'request' | 'answer'>();
  readonly #called = new Counter<'request' | 'outcome'>();

  /** Another server's request was answered. */
  answered(request: Request, answer: Answer): void {
    this.#answered.add({ request: request.kind, answer: answer.kind });
  }

  /** A call to another server ended with its answer, or without one. */
  called(request: Request, outcome: Answer['kind'] | 'failed'): void {
    this.#called.add({ request: request.kind, outcome });
  }

  answeredSamples(): readonly MetricSample[] {
    return this.#answered.samples();
  }

  calledSamples(): readonly MetricSample[] {
    return this.#called.samples();
  }
}
