import path from 'node:path';
import { isBelow, sharedStorageOf, unseenByAgents } from './agents-view.ts';
import { type Facts, HOSTS } from './facts.ts';
import type { ProblemCollector } from './problem-collector.ts';

/** What is to be captured beside the daemons' configuration is seen by the agents that capture it, and read while the storage hangs. */
export function checkCapture(facts: Facts, problems: ProblemCollector): void {
  for (const server of facts.items(HOSTS)) {
    const excludes = facts.items(`${server}/dbss_capture/excludes`).flatMap((place) => facts.text(place) ?? []);
    for (const place of facts.items(`${server}/dbss_capture/paths`)) checkPath(facts, place, excludes, problems);
  }
}

function checkPath(facts: Facts, place: string, excludes: readonly string[], problems: ProblemCollector): void {
  const wanted = facts.text(place) ?? '';
  const unseen = unseenByAgents(wanted);
  if (unseen !== undefined) {
    problems.atValue(place, {
      found: `${wanted}, which lies below ${unseen}, where the agents see nothing of it`,
      expected:
        'files of a configuration elsewhere, below /etc say: the agents are kept from homes, and have /tmp and /var/tmp of their own',
    });
    return;
  }
  const storage = sharedStorageOf(facts);
  if (storage === undefined || !path.posix.isAbsolute(wanted) || excludes.some((left) => isBelow(storage, left))) return;
  const holds = isBelow(storage, wanted);
  if (!holds && !isBelow(wanted, storage)) return;
  problems.atValue(place, {
    found: `${wanted}, ${holds ? 'which holds' : 'which lies on'} the shared storage at ${storage}`,
    expected: `files on the server's own disk${holds ? ', or the storage among the excludes' : ''}: a virtual server has the storage anyhow, and where it hangs nothing could be captured`,
  });
}
