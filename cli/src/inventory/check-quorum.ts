import type { Facts } from './facts.ts';
import { HOSTS, VARIABLES, WITNESS } from './facts.ts';
import type { ProblemCollector } from './problem-collector.ts';

const QUORUM = `${VARIABLES}/dbss_quorum`;
const NO_QUORUM = `${VARIABLES}/dbss_no_quorum`;

/**
 * Whether the voters of an inventory can ever agree when one of them is dead (decision 0310). An even number of voters is allowed and
 * advised against: the last one adds nothing while all live.
 */
export function checkQuorum(facts: Facts, problems: ProblemCollector): void {
  const quorum = facts.has(QUORUM) ? facts.text(QUORUM) : 'majority';
  if (quorum === 'none' && facts.has(NO_QUORUM)) {
    problems.adviseAtKey(NO_QUORUM, {
      found: 'dbss_no_quorum beside dbss_quorum: none',
      expected: 'it where a majority is asked: here it means nothing',
    });
  }
  const servers = facts.items(HOSTS);
  if (quorum !== 'majority' || servers.length < 2) return;
  const voters = servers.length + facts.items(WITNESS).length;
  if (voters === 2) {
    if (servers.every((server) => facts.has(`${server}/dbss_fencing`))) return;
    const finding = {
      found: `${facts.has(QUORUM) ? 'a majority of two servers' : 'two servers and no dbss_quorum'}, no witness and not each with dbss_fencing`,
      expected:
        'a third voter, for when one server is dead the other is no majority and takes nothing over: ' +
        'a machine in dbss_witness (the file server, say), dbss_fencing for both servers, or dbss_quorum: none',
    };
    if (facts.has(QUORUM)) problems.atValue(QUORUM, finding);
    else problems.atKey(HOSTS, finding);
  } else if (voters % 2 === 0) {
    const survived = String(voters / 2 - 1);
    problems.adviseAtKey(HOSTS, {
      found: `${String(voters)} voters, an even number: ${survived} of them may die at once, as of ${String(voters - 1)}`,
      expected: 'an odd number of servers and witness',
    });
  }
}
