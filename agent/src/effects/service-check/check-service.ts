import type { Service } from '../../protocol/ring/ring-configuration.ts';
import { reasonOf } from '../reason-of.ts';
import { holdDialogue } from './dialogues.ts';
import { within } from './time-limit.ts';

/**
 * Service examination (§2.1, Table 1): hold the dialogue that the service's probe names. The connection is closed in any case.
 *
 * @param timeout_ms for the whole dialogue, connecting included
 * @throws Error in words: which daemon, where, and what was wrong
 */
export async function checkService(address: string, service: Service, timeout_ms: number): Promise<void> {
  const place = { address, port: service.port };
  try {
    await within({ whole_ms: timeout_ms }, (limit) => holdDialogue(service.probe, place, limit));
  } catch (error) {
    throw new Error(`${service.daemon} at ${address}:${String(service.port)}: ${reasonOf(error)}`);
  }
}
