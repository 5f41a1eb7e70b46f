import { connect, type Socket } from 'node:net';

/** A report is a short line. A guest is no friend: what it writes must not fill the agent's memory. */
const LONGEST_LINE = 65_536;

/** What the receiver in the guest says of one request: vm-images/original-server/rootfs/usr/lib/dbss/receiver. */
export type Report =
  | { readonly kind: 'step'; readonly step: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly status: string };

/** @returns undefined for what is no report */
export function parseReport(line: string): { readonly id: string; readonly report: Report } | undefined {
  const match = /^(\S+) (step|error|done|failed)(?: (.*))?$/.exec(line);
  const [, id, kind, text = ''] = match ?? [];
  if (id === undefined) return undefined;
  switch (kind) {
    case 'step':
      return { id, report: { kind, step: text } };
    case 'error':
      return { id, report: { kind, text } };
    case 'done':
      return { id, report: { kind } };
    case 'failed':
      return { id, report: { kind, status: text } };
    default:
      return undefined;
  }
}

/** Our end of the port through which the guest reports: a socket on which QEMU listens, as long as the domain is there. */
export class ReportPort {
  readonly #path: string;
  readonly #listeners = new Map<string, (report: Report | Error) => void>();
  readonly #warn: (error: Error) => void;
  #socket: Promise<Socket> | undefined;

  /** @param warn told of a guest that reports what nobody can read */
  constructor(path: string, warn: (error: Error) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  /** Connect unless connected: what the guest reports before that waits in the guest. */
  async open(): Promise<void> {
    await (this.#socket ??= this.#connect());
  }

  /** Hear the reports about one request, or why none will come any more. */
  listen(id: string, listener: (report: Report | Error) => void): () => void {
    this.#listeners.set(id, listener);
    return () => this.#listeners.delete(id);
  }

  close(): void {
    this.#socket?.then(
      (socket) => socket.destroy(),
      () => undefined, // Whoever opened it was told.
    );
    this.#socket = undefined;
  }

  #connect(): Promise<Socket> {
    const connection = new Promise<Socket>((resolve, reject) => {
      const socket = connect(this.#path);
      const gone = (reason: Error): void => {
        reject(reason);
        // One that we closed ourselves, perhaps with its successor in place: nobody listens to it any more.
        if (this.#socket !== connection) return;
        this.#socket = undefined;
        for (const listener of this.#listeners.values()) listener(reason);
      };
      socket.once('connect', () => resolve(socket));
      socket.once('error', (cause) => gone(new Error(`the report port ${this.#path} of the standby cannot be reached`, { cause })));
      socket.once('close', () => gone(new Error('the standby has ended')));
      let unread = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        const lines = (unread + text).split('\n');
        unread = lines.pop() ?? '';
        if (unread.length >= LONGEST_LINE) {
          const flood = new Error(`the standby has reported ${String(LONGEST_LINE)} characters and more without an end of line`);
          unread = '';
          this.#warn(flood);
          gone(flood);
          socket.destroy();
          return;
        }
        for (const line of lines) {
          const parsed = parseReport(line);
          if (parsed !== undefined) this.#listeners.get(parsed.id)?.(parsed.report);
        }
      });
      // Nothing of ours depends on it while no request is open.
      socket.unref();
    });
    return connection;
  }
}
