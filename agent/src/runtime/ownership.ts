import type { DatagramKeys } from '../configuration/datagram-keys.ts';
import { ownershipMessage } from '../configuration/ownership-values.ts';
import { Datagrams } from '../effects/datagrams/datagrams.ts';
import { ClaimFiles } from '../effects/durable-documents/claim-files.ts';
import { VoterDisk } from '../effects/durable-documents/voter-disk.ts';
import { VoterMemoryFile } from '../effects/durable-documents/voter-memory-file.ts';
import { KernelLease } from '../effects/kernel-lease/kernel-lease.ts';
import type { OwnershipMessage } from '../protocol/ownership/ownership-messages.ts';
import type { OwnershipState } from '../protocol/ownership/ownership-state.ts';
import { voterMemoryOf } from '../protocol/ownership/voter/recall.ts';
import type { OwnershipConfiguration } from '../protocol/ring/ownership-configuration.ts';
import type { Found } from '../protocol/server/server-events.ts';
import { bootClock_us, systemClock } from './clock.ts';
import type { HolderEquipment, VoterEquipment } from './ownership-executors.ts';
import type { AgentPaths } from './paths.ts';

/** What is the same for a server and for the witness. */
export interface OwnershipOptions {
  readonly self: string;
  readonly cluster: string;
  readonly ownership: OwnershipConfiguration;
  readonly datagram_port: number;
  /** Undefined where nobody has deployed any. */
  readonly keys: DatagramKeys | undefined;
  readonly paths: AgentPaths;
  readonly heard: (from: string, message: OwnershipMessage) => void;
  /** Told about what has no result and failed. */
  readonly failed: (what: string, error: unknown) => void;
  /** Told about what was found and repaired. */
  readonly report: (problem: string) => void;
}

/** Open equipment, what the ownership found on this machine, and how all of it is closed, after the last step; leases and files stay. */
export interface Opened<Equipment> {
  readonly equipment: Equipment;
  readonly found: Found;
  readonly close: (last: OwnershipState | undefined) => void;
}

/**
 * A voter's disk and its datagrams.
 * @throws Error when the document or the key cannot be read or an address is missing
 */
export async function openVoter(options: OwnershipOptions): Promise<Opened<VoterEquipment>> {
  const { self, ownership, paths, report } = options;
  if (options.keys === undefined) throw new Error(`${paths.datagramKeys} is missing: without it no vote is believed`);
  const disk = new VoterDisk(paths.voter);
  const document = await disk.load();
  const own = ownership.voters.find(({ name }) => name === self);
  if (own === undefined) throw new Error(`${self} is not a voter`);
  const datagrams = new Datagrams({
    self: own,
    peers: ownership.voters,
    port: options.datagram_port,
    keys: options.keys,
    read: ownershipMessage,
    onMessage: options.heard,
    report,
  });
  const memory = new VoterMemoryFile(paths.voterMemory, options.failed);
  const found = { document, claims: [], boot_us: bootClock_us(), memory: memory.take() };
  return {
    equipment: { datagrams, disk },
    found,
    close: (last) => {
      datagrams.close();
      if (last !== undefined) memory.leave(voterMemoryOf(last, systemClock().mono_ms));
    },
  };
}

/**
 * The same, and what a server holds addresses by.
 * @throws Error as `openVoter`, and when a claim is damaged
 */
export async function openHolder(
  options: OwnershipOptions & { readonly networkInterface: string; readonly ownGuest: string },
): Promise<Opened<VoterEquipment & HolderEquipment>> {
  const claims = new ClaimFiles(options.paths.claims);
  const voter = await openVoter(options);
  const { networkInterface, ownGuest } = options;
  const kernel = new KernelLease({ cluster: options.cluster, report: options.report });
  return {
    equipment: { ...voter.equipment, claims, kernel, networkInterface, ownGuest, failed: options.failed },
    found: { ...voter.found, claims: claims.all(), inGuest: claims.inGuest() },
    close: (last) => {
      voter.close(last);
      void kernel.close();
    },
  };
}
