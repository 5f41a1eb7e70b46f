import { connect, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../errors.ts';

export interface LockOptions {
  /** What the holder is doing, told to those who find the lock held, e.g. `dbssctl lab up`. */
  readonly purpose: string;
  /** Wait for the lock, and call this once with what its holder says; without it a held lock is an error. */
  readonly onWait?: (holder: string) => void;
  readonly signal?: AbortSignal | undefined;
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
    await new Promise((resolve) => lock.close(resolve));
  }
}

async function acquire(address: string, options: LockOptions): Promise<Server> {
  for (let told = false; ;) {
    options.signal?.throwIfAborted();
    const lock = await listen(address, options.purpose);
    if (lock !== undefined) return lock;
    const holder = await askHolder(address);
    if (holder === undefined) continue;
    if (options.onWait === undefined) {
      throw new UserError(`${holder} is at work on this lab`, { hint: 'wait until it has ended, then repeat the command' });
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
      socket.end(`${purpose} (process ${process.pid})`);
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}

/** What the holder says it is doing; `undefined` when it has just gone. */
function askHolder(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(address);
    socket.setTimeout(1000, () => socket.destroy(new Error('the holder of the lock is silent')));
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? undefined : 'another dbssctl'));
    socket.on('end', () => resolve(said === '' ? undefined : said));
  });
}
