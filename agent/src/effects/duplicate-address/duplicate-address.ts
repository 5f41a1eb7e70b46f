import { isIPv4 } from 'node:net';
import { complaintOf, runProgram } from '../process/run-program.ts';

/** arping sends one question a second: a second one only where there is time for it. */
const QUESTION_EVERY_MS = 1_000;
/** Of arping: somebody has answered. */
const SOMEBODY = 1;

/** Another machine that says that it has an address. */
export interface OtherHolder {
  /** MAC address, in small letters. */
  readonly mac: string;
}

/**
 * Ask the network who has an address, before it is claimed: an ARP probe (RFC 5227), whose sender address is 0.0.0.0, so that no neighbour learns
 * anything from it. It goes out and is heard also while the address is protected in the kernel.
 *
 * @param limit_ms nobody has answered until then
 * @returns undefined: nobody has answered, which is no promise that nobody has it
 * @throws Error with the words of arping when it could not be asked, e.g. because the interface is down
 */
export async function otherHolderOf(address: string, networkInterface: string, limit_ms: number): Promise<OtherHolder | undefined> {
  if (!isIPv4(address)) throw new Error(`not an IPv4 address: ${address}`);
  const questions = Math.ceil(limit_ms / QUESTION_EVERY_MS);
  const result = await runProgram('arping', ['-D', '-f', '-c', String(questions), '-I', networkInterface, address], limit_ms);
  if (result.timed_out || result.exit_code === 0) return undefined;
  const mac = /\[([0-9a-f]{2}(?::[0-9a-f]{2}){5})\]/i.exec(result.stdout)?.[1]?.toLowerCase();
  if (result.exit_code !== SOMEBODY || mac === undefined) {
    throw new Error(`it cannot be asked on ${networkInterface} who has ${address}: arping: ${complaintOf(result)}`);
  }
  return { mac };
}
