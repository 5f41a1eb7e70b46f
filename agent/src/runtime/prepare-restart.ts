import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../effects/reason-of.ts';
import { diagnose } from './diagnostics.ts';

const ANSWER_LIMIT_MS = 2_000;
/** A long lease is asked for like any other. What takes longer has no majority, and gets none by waiting. */
const LIMIT_MS = 5_000;
const EVERY_MS = 50;

/**
 * Have the running agent take a long lease for every address that it holds, so that its successor takes them up before they end.
 *
 * @returns whether it may be restarted; also when no agent runs here, or one that asks nobody (`quorum: none`)
 */
export async function prepareRestart(controlSocket: string): Promise<boolean> {
  try {
    const answer = await ask(controlSocket, 'prepare-restart');
    if (!('ok' in answer)) {
      diagnose('information', `nothing to prepare: ${JSON.stringify(answer)}`);
      return true;
    }
    const end_ms = performance.now() + LIMIT_MS;
    while (performance.now() < end_ms) {
      const status = await ask(controlSocket, 'status');
      if (!('preparedForRestart' in status) || status.preparedForRestart === true) return true;
      await sleep(EVERY_MS);
    }
    diagnose('warning', `no majority of the voters gave long leases within ${String(LIMIT_MS / 1000)} s`);
    return false;
  } catch (error) {
    diagnose('information', 'no agent to prepare', reasonOf(error));
    return true;
  }
}

function ask(controlSocket: string, command: string): Promise<object> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = createConnection(controlSocket, () => socket.write(`${JSON.stringify({ command })}\n`));
    socket.setTimeout(ANSWER_LIMIT_MS, () => socket.destroy(new Error(`no answer within ${String(ANSWER_LIMIT_MS)} ms`)));
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => {
      try {
        const answer: unknown = JSON.parse(received);
        resolve(typeof answer === 'object' && answer !== null ? answer : {});
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}
