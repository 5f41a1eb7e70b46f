import type { CaptureReport } from '../protocol/procedure/procedure-work.ts';

/** Operators who wait at the control socket for what the protocol says; each is told once. */
export class OperatorTickets {
  readonly #waiting = new Map<string, (report: CaptureReport) => void>();
  #drawn = 0;

  /** A ticket, and the report that it will be given. */
  draw(): { readonly ticket: string; readonly report: Promise<CaptureReport> } {
    this.#drawn += 1;
    const ticket = String(this.#drawn);
    return { ticket, report: new Promise((resolve) => this.#waiting.set(ticket, resolve)) };
  }

  tell(ticket: string, report: CaptureReport): void {
    this.#waiting.get(ticket)?.(report);
    this.#waiting.delete(ticket);
  }
}
