import type { Service } from '../../protocol/ring/ring-configuration.ts';
import { reasonOf } from '../reason-of.ts';
import { Conversation } from './conversation.ts';
import { DIALOGUES } from './dialogues.ts';

/**
 * Service examination (§2.1, Table 1): hold the dialogue that the service's probe names. The connection is closed in any case.
 *
 * @param timeout_ms for the whole dialogue, connecting included
 * @throws Error in words: which daemon, where, and what was wrong
 */
export async function checkService(address: string, service: Service, timeout_ms: number): Promise<void> {
  const conversation = new Conversation(address, service.port, timeout_ms);
  try {
    await conversation.connected();
    await DIALOGUES[service.probe](conversation, address, service.port);
  } catch (error) {
    throw new Error(`${service.daemon} at ${address}:${String(service.port)}: ${reasonOf(error)}`);
  } finally {
    conversation.close();
  }
}
