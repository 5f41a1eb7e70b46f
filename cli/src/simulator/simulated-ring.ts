import { type ManagementData, parseManagementData } from '@dbss/agent/protocol/management-files/management-data.ts';
import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { RingConfiguration } from '@dbss/agent/protocol/ring/ring-configuration.ts';

/** The ring that a world simulates: what dbssctl would generate for it. */
export interface SimulatedRing {
  /** In ring order. */
  readonly names: readonly string[];
  /** One server's view of the ring. */
  readonly configurations: ReadonlyMap<string, RingConfiguration>;
  /** The management files as generated (§2.4). */
  readonly files: ManagementFiles;
  /** How fast each machine's clocks run from the beginning, where not at 1. */
  readonly clockRates?: Readonly<Record<string, number>>;
}

/**
 * The generated management data of a server.
 * @throws Error when the ring has none of that name
 */
export function managementDataOf(ring: SimulatedRing, name: string): ManagementData {
  const server = ring.configurations.get(name)?.servers.find((known) => known.name === name);
  const data = parseManagementData(ring.files.data[server?.dataName ?? ''] ?? '');
  if (data === undefined) throw new Error(`no management data of ${name}`);
  return data;
}

export function gatewayOf(ring: SimulatedRing): string {
  return ring.configurations.get(ring.names[0] ?? '')?.gateway ?? '';
}
