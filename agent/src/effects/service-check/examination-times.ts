import type { MetricSample } from '../../protocol/metrics.ts';
import { Counter } from '../counter.ts';

/** Of internal monitoring a server's own daemon, of external monitoring another server's (§4.1). */
type Monitoring = 'internal' | 'external';

/** How long service examinations took that found the service normal (Table 1): their number and their sum, by daemon, since the agent's start. */
export class ExaminationTimes {
  readonly #number = new Counter<'daemon' | 'monitoring'>();
  readonly #seconds = new Counter<'daemon' | 'monitoring'>();
  readonly #mono_ms: () => number;

  constructor(mono_ms: () => number) {
    this.#mono_ms = mono_ms;
  }

  /**
   * Time one examination.
   * @throws what it throws; then it is not counted
   */
  async of(daemon: string, monitoring: Monitoring, examination: () => Promise<void>): Promise<void> {
    const started_ms = this.#mono_ms();
    await examination();
    this.#number.add({ daemon, monitoring });
    this.#seconds.add({ daemon, monitoring }, (this.#mono_ms() - started_ms) / 1000);
  }

  number(): readonly MetricSample[] {
    return this.#number.samples();
  }

  seconds(): readonly MetricSample[] {
    return this.#seconds.samples();
  }
}
