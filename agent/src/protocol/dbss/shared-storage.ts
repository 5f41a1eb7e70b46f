import type { Context } from '../context.ts';
import { serviceOf } from '../ring/services-of.ts';
import type { AbnormalService } from './abnormal-service.ts';
import { dbssRequest } from './ask.ts';
import type { DbssState } from './dbss-state.ts';

/**
 * Services that read what hangs hang with it, and so would those of a virtual server; one that writes to it fails on every host while it is full. Before a target
 * is taken over for its services, or its virtual server discarded for them, this server looks at the shared storage itself.
 *
 * @param abnormal the services for which that would be done
 * @returns whether there is one to look at
 */
export function examineStorage(
  context: Context,
  dbss: DbssState,
  asked: 'storage' | 'virtual-server-storage',
  abnormal: readonly AbnormalService[],
): boolean {
  const { configuration } = context.state;
  const { examines_storage, timing } = configuration;
  if (examines_storage !== true) return false;
  const request = dbssRequest(context, dbss, asked, dbss.target);
  const needs_room = abnormal.some(({ daemon }) => serviceOf(configuration, dbss.target, daemon)?.work?.kind === 'mail');
  context.emit({ kind: 'check-storage', request, needs_room, timeout_ms: timing.network_examination_ms });
  return true;
}
