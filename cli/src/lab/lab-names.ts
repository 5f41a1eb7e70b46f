import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Inventory } from '../inventory/inventory.ts';

/** What names a lab: its inventory file, its cluster, and the machines in it. */
export type LabIdentity = Pick<Inventory, 'path' | 'cluster' | 'lab'>;

/** Every name that a lab uses on the machine that carries it. Two inventories, also of two checkouts, share none of them. */
export interface LabNames {
  /** `<cluster>-<first 6 hex digits of the SHA-256 of the inventory's real path>` */
  readonly id: string;
  readonly namespaces: LabNamespaces;
  /** `/run/dbss-lab/<id>`: pids, locks, logs, events. */
  readonly runDirectory: string;
  /** `/var/lib/dbss-lab/<id>`: the machines' disks and the export. */
  readonly diskDirectory: string;
  /** What the file server exports. */
  readonly exportDirectory: string;
  readonly machine: (name: string) => MachineNames;
}

/** Names of network namespaces, as `ip netns` takes them. */
export interface LabNamespaces {
  /** Where ssh, Ansible and the power controller start: it has an address on both networks. */
  readonly controller: string;
  /** The switch of the service network; the gateway's address is on its bridge. */
  readonly serviceSwitch: string;
  /** The switch of the SEM network. */
  readonly semSwitch: string;
  readonly client: string;
}

export interface MachineNames {
  /** Its network namespace; exists only while the machine is on. */
  readonly namespace: string;
  /** Control group below the root of each hierarchy: `dbss-lab/<id>/<machine>`. */
  readonly controlGroup: string;
  /** `systemd-nspawn --machine`; at most 64 characters, so without the cluster's name. */
  readonly nspawnMachine: string;
  readonly upper: string;
  readonly work: string;
  readonly merged: string;
  /** `<runDirectory>/machines/<machine>`: the supervisor's parameters, pid, lock and console log. */
  readonly runDirectory: string;
}

/**
 * Name everything of a lab.
 *
 * @param identity the inventory, or the part of it that counts. Its path need not exist (then it is taken as it is).
 */
export function labNames(identity: LabIdentity): LabNames {
  const hash = createHash('sha256').update(realPath(identity.path)).digest('hex').slice(0, 6);
  const id = `${identity.cluster}-${hash}`;
  const runDirectory = `/run/dbss-lab/${id}`;
  const diskDirectory = `/var/lib/dbss-lab/${id}`;
  const namespace = (what: string): string => `dbss-${id}-${what}`;
  return {
    id,
    namespaces: {
      controller: namespace('ctl'),
      serviceSwitch: namespace('sw'),
      semSwitch: namespace('sem'),
      client: namespace('client'),
    },
    runDirectory,
    diskDirectory,
    exportDirectory: `${diskDirectory}/export`,
    machine: (name) => ({
      namespace: namespace(`m-${name}`),
      controlGroup: `dbss-lab/${id}/${name}`,
      nspawnMachine: `dbss-${hash}-${name}`,
      upper: `${diskDirectory}/machines/${name}/upper`,
      work: `${diskDirectory}/machines/${name}/work`,
      merged: `${diskDirectory}/machines/${name}/merged`,
      runDirectory: `${runDirectory}/machines/${name}`,
    }),
  };
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path.resolve(file);
    throw error;
  }
}
