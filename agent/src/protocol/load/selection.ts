import type { SelectionWeights } from '../ring/ring-configuration.ts';
import type { RemainingCapacity } from './remaining-capacity.ts';

/** A management server that could create the virtual server. */
export interface Candidate {
  readonly server: string;
  readonly remaining: RemainingCapacity;
  /** VM: virtual servers running on it. */
  readonly virtual_servers: number;
  /** It has begun to create the virtual server, for another manager. */
  readonly begun?: boolean;
}

/** Weight of one running virtual server, taken off the selection value (§3.3: "VM … is 100 times weight"). */
const VIRTUAL_SERVER_WEIGHT = 100;

/** Selection value of §3.3 for the failed server's type: at most 100, and less by 100 for each virtual server that already runs there. */
export function selectionValue(candidate: Candidate, weights: SelectionWeights): number {
  const { memory, cpu, network } = candidate.remaining;
  return weights.memory * memory + weights.cpu * cpu + weights.network * network - VIRTUAL_SERVER_WEIGHT * candidate.virtual_servers;
}

/** Candidates from the largest selection value down; equal values by name, so that every server would choose alike. */
export function rankCandidates(candidates: readonly Candidate[], weights: SelectionWeights): Candidate[] {
  return [...candidates].sort((a, b) => selectionValue(b, weights) - selectionValue(a, weights) || (a.server < b.server ? -1 : 1));
}
