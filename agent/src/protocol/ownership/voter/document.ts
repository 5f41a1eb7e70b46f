import type { OwnershipContext } from '../ownership-context.ts';
import type { Ask } from '../ownership-messages.ts';
import type { VoterDocument } from '../voter-document.ts';
import { compareConfigurations, type VotersConfiguration } from '../voters-configuration.ts';

export const STORE_VOTER = 'ownership-voter';

/** Write the document, and with it the grants that are answered when it is on disk. Only while no other is on its way. */
export function writeDocument(context: OwnershipContext, document: VoterDocument, grants: readonly Ask[]): void {
  context.state.voter.writing = { document, grants };
  context.emit({ kind: 'store-voter', request: STORE_VOTER, document });
}

/**
 * Goes by a newer configuration as soon as it is on disk (V3). False where the disk is busy: it has to be told again. One without voters could never be
 * changed again and is none.
 */
export function install(context: OwnershipContext, configuration: VotersConfiguration): boolean {
  const { document, voter } = context.state;
  if (configuration.voters.length === 0) return false;
  if (compareConfigurations(configuration, document.configuration) <= 0 || voter.writing !== undefined) return false;
  writeDocument(context, { ...document, configuration }, []);
  return true;
}
