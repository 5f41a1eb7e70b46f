import { createConnection, type Socket } from 'node:net';
import { reasonOf } from '../reason-of.ts';
import { sameKindOfError } from './connection-refused.ts';
import { seconds, type TimeLimit } from './time-limit.ts';

/** Where a service is. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

const CONNECTION = 'the connection';

/**
 * A TCP connection. It is the caller's: errors that come after this one has returned are the caller's to hear.
 * @throws ConnectionRefused where nobody listens; Error in words when it is not made in time
 */
export async function connectWithin({ address, port }: Place, limit: TimeLimit): Promise<Socket> {
  const socket = createConnection({ host: address, port, noDelay: true });
  let stop = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const end = (): void => reject(limit.missed(CONNECTION));
      const timer = setTimeout(
        () => reject(new Error(`${CONNECTION} did not come within ${seconds(limit.connecting_ms)}`)),
        limit.connecting_ms,
      );
      stop = () => {
        clearTimeout(timer);
        limit.signal.removeEventListener('abort', end);
      };
      if (limit.signal.aborted) end();
      limit.signal.addEventListener('abort', end, { once: true });
      socket.once('connect', resolve);
      socket.on('error', (cause) => reject(sameKindOfError(`waiting for ${CONNECTION}: ${reasonOf(cause)}`, cause)));
    });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    stop();
  }
}
