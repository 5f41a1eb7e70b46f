import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The system log (§5.2). Lines are written at once and one after the other, so that what stands there has happened in that order. A log
 * that cannot be written does not stop the agent: the ring goes on, and the trouble is reported once.
 */
export class SystemLog {
  readonly #path: string;
  readonly #failed: (error: unknown) => void;
  #descriptor: number | undefined;
  #broken = false;

  /** @param failed told when writing begins to fail */
  constructor(path: string, failed: (error: unknown) => void) {
    this.#path = path;
    this.#failed = failed;
    this.reopen();
  }

  /** @param background written by a background job: `__` goes before the text */
  write(unix_ms: number, background: boolean, text: string): void {
    if (this.#descriptor === undefined) this.reopen();
    if (this.#descriptor === undefined) return;
    try {
      writeSync(this.#descriptor, formatLogLine(unix_ms, background, text));
      this.#broken = false;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Close the file and open what has its name now: the old one may have been moved away. */
  reopen(): void {
    try {
      this.close();
      mkdirSync(dirname(this.#path), { recursive: true });
      this.#descriptor = openSync(this.#path, 'a', 0o644);
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #fail(error: unknown): void {
    if (!this.#broken) this.#failed(error);
    this.#broken = true;
  }
}

/** `YYYY-MM-DD HH:MM:SS.cc text` in local time, on one line. */
export function formatLogLine(unix_ms: number, background: boolean, text: string): string {
  const time = new Date(unix_ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${String(time.getFullYear())}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${two(Math.floor(time.getMilliseconds() / 10))}`;
  return `${date} ${clock} ${background ? '__' : ''}${text.replaceAll(/[\r\n]+/g, ' ')}\n`;
}
