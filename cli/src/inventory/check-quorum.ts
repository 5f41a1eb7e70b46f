import type { Facts } from './facts.ts';
import { HOSTS, VARIABLES, WITNESS } from './facts.ts';
import type { ProblemCollector } from './problem-collector.ts';

const QUORUM = `${VARIABLES}/dbss_quorum`;
const MEANINGLESS_WITHOUT = [`${VARIABLES}/dbss_no_quorum`, `${VARIABLES}/dbss_duplicate_address`];

/**
 * Whether the voters of an inventory can ever agree when one of them is dead (decision 0310). An even number of servers without a witness is
 * allowed and advised against: one more than an odd number of servers bears no more failures.
 */
export function checkQuorum(facts: Facts, problems: ProblemCollector): void {
  const quorum = facts.has(QUORUM) ? facts.text(QUORUM) : 'majority';
  for (const key of MEANINGLESS_WITHOUT) {
    if (quorum !== 'none' || !facts.has(key)) continue;
    problems.adviseAtKey(key, {
      found: `${key.slice(VARIABLES.length + 1)} beside dbss_quorum: none`,
      expected: 'it where a majority is asked: here it means nothing',
    });
  }
  const servers = facts.items(HOSTS);
  if (quorum !== 'majority' || servers.length < 2) return;
  if (facts.items(WITNESS).length > 0) return;
  if (servers.length === 2) {
    if (servers.every((server) => facts.has(`${server}/dbss_fencing`))) return;
    const finding = {
      found: `${facts.has(QUORUM) ? 'a majority of two servers' : 'two servers and no dbss_quorum'}, no witness and not each with dbss_fencing`,
      expected:
        'a third voter, for when one server is dead the other is no majority and takes nothing over: ' +
        'a machine in dbss_witness (the file server, say), dbss_fencing for both servers, or dbss_quorum: none',
    };
    if (facts.has(QUORUM)) problems.atValue(QUORUM, finding);
    else problems.atKey(HOSTS, finding);
  } else if (servers.length % 2 === 0) {
    const half = servers.length / 2;
    problems.adviseAtKey(HOSTS, {
      found: `${String(servers.length)} servers and no witness: ${String(half - 1)} of them may die at once, as of ${String(servers.length - 1)}`,
      expected: `a machine in dbss_witness (the file server, say): then ${String(half)} may`,
    });
  }
}
