import type { Where } from '@dbss/agent/protocol/server/server-effects.ts';

/**
 * What one machine's kernel lets pass of virtual addresses. It counts on by itself: a lease ends in true time, whatever its agent does or does not
 * do. Times are true time in milliseconds.
 */
export class KernelLeases {
  readonly #protected = new Set<string>();
  /** Ends of the staged elements, by address and mark. */
  readonly #staged = new Map<string, Map<number, number>>();
  readonly #active = new Map<string, number>();

  /** The machine boots: nothing is protected, and nothing has a lease. */
  clear(): void {
    this.#protected.clear();
    this.#staged.clear();
    this.#active.clear();
  }

  protect(address: string, where: Where): void {
    this.#protected.add(`${where} ${address}`);
  }

  /** An element that is there already is left as it is. */
  stage(address: string, mark: number, until_ms: number, now_ms: number): void {
    const staged = this.#staged.get(address) ?? new Map<number, number>();
    this.#staged.set(address, staged);
    for (const [old, end_ms] of staged) if (end_ms <= now_ms) staged.delete(old);
    if (!staged.has(mark)) staged.set(mark, until_ms);
  }

  switchTo(address: string, mark: number): void {
    this.#active.set(address, mark);
  }

  drop(address: string): void {
    this.#active.delete(address);
    this.#staged.delete(address);
  }

  /** Until when the address has a lease; 0 without one. */
  until_ms(address: string): number {
    const mark = this.#active.get(address);
    return mark === undefined ? 0 : (this.#staged.get(address)?.get(mark) ?? 0);
  }

  hasLease(address: string, now_ms: number): boolean {
    return now_ms < this.until_ms(address);
  }

  /** Whether packets of the address come through. */
  passes(address: string, where: Where, now_ms: number): boolean {
    return this.hasLease(address, now_ms) || !this.#protected.has(`${where} ${address}`);
  }
}
