import type { Context } from '../context.ts';
import type { StorageDemand } from '../effects.ts';
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
  const demand = demandOf(configuration, server, abnormal);
  const request = dbssRequest(context, dbss, asked, demand);
  context.emit({ kind: 'check-storage', request, demand, timeout_ms: timing.network_examination_ms });
  return true;
}

/**
 * What the storage must do for it not to be in doubt. A daemon that is dead asks for no more than an answer: its failure has another reason. Services that write lack room where
 * there is none, and those that hang may wait for a file.
 */
export function demandOf(configuration: RingConfiguration, server: string, abnormal: readonly AbnormalService[]): StorageDemand {
  if (abnormal.some(({ refused }) => refused === true)) return 'answer';
  return abnormal.every(({ daemon }) => serviceOf(configuration, server, daemon)?.work?.kind === 'mail') ? 'room' : 'open';
}
