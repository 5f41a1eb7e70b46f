import type { Context } from '../context.ts';
import type { RingConfiguration } from '../ring/ring-configuration.ts';
import { serviceOf } from '../ring/services-of.ts';
import type { AbnormalService } from './abnormal-service.ts';
import { dbssRequest } from './ask.ts';
import type { DbssState } from './dbss-state.ts';

/**
 * Services that read what hangs hang with it, and so would those of a virtual server; one that writes to it fails on every host while it is full. Before a target
 * is taken over for its services, or its virtual server discarded for them, this server looks at the shared storage itself.
 *
 * @param abnormal the services for which that would be done
 * @param server whose services they are
 * @returns whether there is one to look at
 */
export function examineStorage(
  context: Context,
  dbss: DbssState,
  asked: 'storage' | 'virtual-server-storage' | 'first-manager-storage',
  abnormal: readonly AbnormalService[],
  server = dbss.target,
): boolean {
  const { configuration } = context.state;
  const { examines_storage, timing } = configuration;
  if (examines_storage !== true) return false;
  const needs_room = needsRoom(configuration, server, abnormal);
  const request = dbssRequest(context, dbss, asked, storageSubject(needs_room));
  context.emit({ kind: 'check-storage', request, needs_room, timeout_ms: timing.network_examination_ms });
  return true;
}

/**
 * All that is abnormal are services that write, for which storage without room is as good as none. Where another one is abnormal, or a daemon is dead, room is not what is
 * missing.
 */
export function needsRoom(configuration: RingConfiguration, server: string, abnormal: readonly AbnormalService[]): boolean {
  return abnormal.every(({ daemon, refused }) => refused !== true && serviceOf(configuration, server, daemon)?.work?.kind === 'mail');
}

/** What a look at the storage was about, to tell its result from that of another one. */
export function storageSubject(needs_room: boolean): string {
  return needs_room ? 'room' : 'answer';
}
