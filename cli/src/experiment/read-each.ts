import { setTimeout as delay } from 'node:timers/promises';
import { inWords } from './keep-going.ts';

const TRIES = 3;
const PAUSE_MS = 2_000;

/** Something that could not be read from a server. */
export interface NotRead {
  readonly server: string;
  /** In words. */
  readonly problem: string;
}

/**
 * Read something from each of several servers, all at the same time. A server from which it could not be read is asked again, up to three times, when no other
 * one is: right after a failure a machine with few cores may be too busy for all at once.
 */
export async function readEach<T>(
  servers: readonly string[],
  read: (server: string) => Promise<T>,
  pause: () => Promise<void> = () => delay(PAUSE_MS),
): Promise<{ readonly results: readonly { readonly server: string; readonly result: T }[]; readonly notRead: readonly NotRead[] }> {
  const results: { readonly server: string; readonly result: T }[] = [];
  const tryOne = async (server: string): Promise<readonly NotRead[]> => {
    try {
      results.push({ server, result: await read(server) });
      return [];
    } catch (error) {
      return [{ server, problem: inWords(error) }];
    }
  };
  let notRead = (await Promise.all(servers.map(tryOne))).flat();
  for (let tries = 1; tries < TRIES && notRead.length > 0; tries += 1) {
    await pause();
    const still: NotRead[] = [];
    for (const { server } of notRead) still.push(...(await tryOne(server)));
    notRead = still;
  }
  return { results, notRead };
}
