import { connect, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../errors.ts';

export interface LockOptions {
  /** What the holder is doing, told to those who find the lock held, e.g. `dbssctl lab up`. */
  readonly purpose: string;
  /** What is locked, in the words of the error, e.g. `this lab`. */
  readonly subject: string;
  /** Wait for the lock, and call this once with what its holder says; without it a held lock is an error. */
  readonly onWait?: (holder: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** A process on whose behalf this one works: while that process holds the lock, the work is done under it. */
  readonly workingFor?: number;
}

/**
 * Do work that no other process may do at the same time. The lock is an abstract socket: the kernel frees it when its holder ends, however
 * it ends, and who finds it held can ask the holder.
 *
 * @param name unique on this machine, e.g. `dbss-lab-<id>`
 * @throws UserError when it is held and not waited for
 */
export async function withLock<T>(name: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const lock = await acquire(`\0${name}`, options);
  try {
    return await work();
  } finally {
    if (lock !== undefined) await new Promise((resolve) => lock.close(resolve));
  }
}

/** Undefined when the process that this one works for holds it. */
async function acquire(address: string, options: LockOptions): Promise<Server | undefined> {
  for (let told = false; ;) {
    options.signal?.throwIfAborted();
    const lock = await listen(address, options.purpose);
    if (lock !== undefined) return lock;
    const holder = await askHolder(address);
    if (holder === undefined) continue;
    if (options.workingFor !== undefined && holder.endsWith(ofProcess(options.workingFor))) return undefined;
    if (options.onWait === undefined) {
      throw new UserError(`${holder} is at work on ${options.subject}`, { hint: 'wait until it has ended, then repeat the command' });
    }
    if (!told) options.onWait(holder);
    told = true;
    await delay(200, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

function listen(address: string, purpose: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(`${purpose} ${ofProcess(process.pid)}`);
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}

function ofProcess(pid: number): string {
  return `(process ${pid})`;
}

/** What the holder says it is doing; `undefined` when it has just gone. */
function askHolder(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(address);
    // A holder on a busy machine takes its time.
    socket.setTimeout(5000, () => socket.destroy(new Error('the holder of the lock is silent')));
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? undefined : 'another dbssctl'));
    socket.on('end', () => resolve(said === '' ? undefined : said));
  });
}
