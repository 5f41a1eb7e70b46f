import { setTimeout as delay } from 'node:timers/promises';
import type { Deadline } from './deadline.ts';
import type { GuestAgent } from './guest-agent.ts';
import type { Report, ReportPort } from './report-port.ts';

/** When a step of a request began, counted from the request. */
export interface StepTime {
  readonly step: string;
  readonly at_ms: number;
}

/** Where an installation procedure file lies in the guest while it is applied. */
export const PROCEDURE_IN_GUEST = '/run/dbss/procedure.tar.gz';
const REQUESTS = '/run/dbss/requests';
const RETRY_MS = 100;
/** What is kept of what a guest says about one request: it could go on without end. */
const MOST_STEPS = 32;
const MOST_ERRORS = 16;
const LONGEST_TEXT = 400;

/** The guest has said that a request failed. */
export class RequestFailed extends Error {
  /** The step that it was at; empty before the first. */
  readonly step: string;

  constructor(message: string, step: string) {
    super(message);
    this.name = 'RequestFailed';
    this.step = step;
  }
}

/** The shell that waits in the guest (vm-images/original-server/rootfs/usr/lib/dbss/receiver): asked through the guest agent. */
export class Receiver {
  readonly #guestAgent: GuestAgent;
  readonly #port: ReportPort;
  #requests = 0;

  constructor(guestAgent: GuestAgent, port: ReportPort) {
    this.#guestAgent = guestAgent;
    this.#port = port;
  }

  /**
   * Have one request done.
   *
   * @param words without spaces
   * @returns when its steps began
   * @throws Error with what it wrote when it failed, or with the step that it was at when time ran out
   */
  async request(words: readonly string[], deadline: Deadline): Promise<readonly StepTime[]> {
    await this.#port.open();
    // Reports of an earlier agent's requests must not be taken for answers to ours.
    const id = `${String(process.pid)}-${String(++this.#requests)}`;
    const outcome = this.#outcome(id, words[0] ?? '', deadline);
    // Both may fail; whichever is first tells.
    const [steps] = await Promise.all([outcome.steps, this.#deliver(`${id} ${words.join(' ')}\n`, deadline)]).finally(outcome.stop);
    return steps;
  }

  /** A receiver that systemd is just starting again does not read yet. */
  async #deliver(line: string, deadline: Deadline): Promise<void> {
    for (;;) {
      try {
        await this.#guestAgent.writeFile(REQUESTS, Buffer.from(line), deadline);
        return;
      } catch (error) {
        if (!/No such device or address|No such file/.test((error as Error).message)) throw error;
        await delay(Math.min(RETRY_MS, deadline.left('reach the receiver in the standby')));
      }
    }
  }

  #outcome(id: string, request: string, deadline: Deadline): { readonly steps: Promise<readonly StepTime[]>; readonly stop: () => void } {
    const started_ms = performance.now();
    const steps: StepTime[] = [];
    const errors: string[] = [];
    let stop = (): void => undefined;
    const result = new Promise<readonly StepTime[]>((resolve, reject) => {
      const at = (): string => (steps.length === 0 ? '' : ` at step "${steps.at(-1)?.step ?? ''}"`);
      const timer = setTimeout(() => reject(new Error(`"${request}" has not ended in the standby in time${at()}`)), deadline.left(request));
      const hear = (report: Report | Error): void => {
        if (report instanceof Error) {
          reject(report);
          return;
        }
        switch (report.kind) {
          case 'step':
            if (steps.length < MOST_STEPS) steps.push({ step: report.step.slice(0, LONGEST_TEXT), at_ms: performance.now() - started_ms });
            return;
          case 'error':
            if (errors.length < MOST_ERRORS) errors.push(report.text.slice(0, LONGEST_TEXT));
            return;
          case 'done': {
            resolve(steps);
            return;
          }
          case 'failed': {
            const words = `"${request}" failed in the standby${at()} (exit status ${report.status}): ${errors.join('; ')}`;
            reject(new RequestFailed(words, steps.at(-1)?.step ?? ''));
            return;
          }
        }
      };
      const unlisten = this.#port.listen(id, hear);
      stop = () => {
        clearTimeout(timer);
        unlisten();
      };
    });
    return { steps: result, stop };
  }
}
