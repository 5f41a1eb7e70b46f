/** Why an effect with a result was asked for: where its result goes. */
export type Purpose =
  | { for: 'internal-network' }
  | { for: 'internal-service'; daemon: string }
  | { for: 'load-sample' }
  | { for: 'edit'; to: string; sequence: number }
  /** Nothing depends on the result. */
  | { for: 'nothing' }
  | { for: 'own-address'; address: string; held: boolean; call: string | undefined }
  | { for: 'simple-answer'; call: string }
  | { for: 'standby'; work: 'resume' | 'install' | 'add-address' | 'remove-address' | 'reset' }
  /** A request of a DBSS's foreground job. `subject` tells several requests of one phase apart. */
  | { for: 'dbss'; name: string; asked: DbssRequest; subject: string }
  /** A request of a DBSS's background job. */
  | { for: 'job'; name: string; asked: JobRequest; subject: string };

export type DbssRequest =
  | 'network'
  | 'service'
  | 'load'
  | 'release-own-address'
  | 'create'
  | 'set-address'
  | 'release-virtual-address'
  | 'take-own-address'
  | 'install-files'
  | 'install-flag'
  | 'discard';

export type JobRequest = 'restart' | 'network' | 'service' | 'state' | 'start-daemons' | 'wake-on-lan';
