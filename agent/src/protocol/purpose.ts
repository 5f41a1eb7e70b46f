import type { ProcedurePurpose } from './procedure/procedure-purpose.ts';

/** Why an effect with a result was asked for: where its result goes. */
export type Purpose =
  | { for: 'internal-network'; round: number }
  | { for: 'internal-service'; round: number; daemon: string }
  | { for: 'load-sample' }
  | { for: 'edit'; to: string; epoch: number }
  | { for: 'exchange'; with: string }
  /** An exchange whose answer says whether this server is in the group. */
  | { for: 'membership'; with: string }
  | { for: 'hello'; to: string }
  /** Does the management program run on a server that recovers others and whose heartbeat is missing? */
  | { for: 'recoverer'; server: string }
  | { for: 'restart-ring'; to: string }
  /** Does anybody answer at this server's virtual address? */
  | { for: 'restart-probe' }
  | { for: 'heartbeat'; to: string }
  /** Part of an examination that another server asked for by `call`. */
  | { for: 'other'; call: string }
  /** Nothing depends on the result. */
  | { for: 'nothing' }
  /** Does anybody answer at this address, which a manager wants this server to take? */
  | { for: 'own-address-probe'; address: string; call: string }
  | { for: 'own-address'; address: string; held: boolean; call: string | undefined }
  | { for: 'simple-answer'; call: string }
  | { for: 'machine-restart' }
  | ProcedurePurpose
  /** `serial`: the life of the standby in which it was asked for. */
  | { for: 'standby'; work: StandbyWork; serial: number }
  /** A request of a DBSS's foreground job. `serial`: its examination and the recovery that follows. `subject` tells requests of one phase apart. */
  | { for: 'dbss'; name: string; serial: number; asked: DbssRequest; subject: string }
  /** A request of a DBSS's background job. */
  | { for: 'job'; name: string; serial: number; asked: JobRequest; subject: string };

export type StandbyWork = 'resume' | 'install' | 'add-address' | 'remove-address' | 'reset';

export type DbssRequest =
  | 'network'
  | 'own-network'
  | 'opinion'
  | 'target-state'
  | 'manager-state'
  | 'first-manager-network'
  | 'first-manager-service'
  | 'first-manager-state'
  | 'first-manager-storage'
  | 'service'
  | 'storage'
  | 'load'
  | 'release-own-address'
  | 'prepare'
  | 'host-state'
  | 'create'
  | 'set-address'
  | 'fence'
  | 'function'
  | 'search'
  | 'virtual-server'
  | 'virtual-server-host'
  | 'virtual-server-storage'
  | 'release-virtual-address'
  | 'take-own-address'
  | 'install-files'
  | 'install-flag'
  | 'discard';

export type JobRequest = 'state-before-restart' | 'restart' | 'network' | 'service' | 'state' | 'start-daemons' | 'wake-on-lan';
