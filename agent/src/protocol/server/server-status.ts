import { statusOf } from '../status-of.ts';
import type { AgentStatus, LeaseStatus } from '../status.ts';
import type { Custody } from './custody.ts';
import type { ServerState } from './server-state.ts';

/** The state as `dbssctl ring show` reads it: the ring's, and what the ownership of addresses says of them. */
export function serverStatusOf(state: ServerState): AgentStatus {
  const status = statusOf(state.ring);
  if (state.ownership === undefined) return status;
  const leases = Object.entries(state.custody).map(([vip, custody]): LeaseStatus => ({
    vip,
    where: custody.where,
    state: leaseState(custody),
    refusedBy: custody.refusedBy,
  }));
  const voter = { uuid: state.ownership.document.uuid, configuration: state.ownership.document.configuration };
  return { ...status, leases, voter, preparedForRestart: state.preparedForRestart };
}

function leaseState({ phase, leased, alone }: Custody): LeaseStatus['state'] {
  if (phase === 'releasing') return 'releasing';
  if (leased) return alone ? 'without-majority' : 'held';
  return phase === 'held' ? 'lost' : 'asking';
}
