/** A voter is a name and the disk that keeps its promises: a machine with a new disk is another voter. */
export interface ConfiguredVoter {
  readonly name: string;
  /** Made with the voter's document. */
  readonly uuid: string;
  /** Votes, at least 1. */
  readonly weight: number;
}

/** Who votes. The greater (`term`, `version`) is the newer; two different ones never have the same. */
export interface VotersConfiguration {
  readonly term: number;
  readonly version: number;
  readonly voters: readonly ConfiguredVoter[];
}

/** Below zero where `one` is older than `other`, zero where they are the same; any is newer than none. */
export function compareConfigurations(one: VotersConfiguration | undefined, other: VotersConfiguration | undefined): number {
  return (one?.term ?? -1) - (other?.term ?? -1) || (one?.version ?? -1) - (other?.version ?? -1);
}
