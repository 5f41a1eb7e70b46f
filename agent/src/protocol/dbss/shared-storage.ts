import type { Context } from '../context.ts';
import { dbssRequest } from './ask.ts';
import type { DbssState } from './dbss-state.ts';

/**
 * Services that read what hangs hang with it, and so would those of a virtual server: before a target is taken over for its services, or its virtual server
 * discarded for them, this server looks at the shared storage itself.
 *
 * @returns whether there is one to look at
 */
export function examineStorage(context: Context, dbss: DbssState, asked: 'storage' | 'virtual-server-storage'): boolean {
  const { examines_storage, timing } = context.state.configuration;
  if (examines_storage !== true) return false;
  const request = dbssRequest(context, dbss, asked, dbss.target);
  context.emit({ kind: 'check-storage', request, timeout_ms: timing.network_examination_ms });
  return true;
}
