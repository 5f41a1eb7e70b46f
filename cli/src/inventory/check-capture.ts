import { unseenByAgents } from './agents-view.ts';
import { type Facts, HOSTS } from './facts.ts';
import type { ProblemCollector } from './problem-collector.ts';

/** What is to be captured beside the daemons' configuration is seen by the agents that capture it. */
export function checkCapture(facts: Facts, problems: ProblemCollector): void {
  for (const server of facts.items(HOSTS)) {
    for (const place of facts.items(`${server}/dbss_capture/paths`)) {
      const wanted = facts.text(place) ?? '';
      const unseen = unseenByAgents(wanted);
      if (unseen === undefined) continue;
      problems.atValue(place, {
        found: `${wanted}, which lies below ${unseen}, where the agents see nothing of it`,
        expected:
          'files of a configuration elsewhere, below /etc say: the agents are kept from homes, and have /tmp and /var/tmp of their own',
      });
    }
  }
}
