import type { Facts } from './facts.ts';
import { HOSTS, lastStep, VARIABLES } from './facts.ts';
import { nearestWord } from './nearest-word.ts';
import type { ProblemCollector } from './problem-collector.ts';

const METHOD = `${VARIABLES}/dbss_method`;
const MANAGEMENT_SERVER = `${VARIABLES}/dbss_management_server`;

/** The method `dedicated` needs a management server, one of the inventory's; the others have none (§2.1, §2.2). */
export function checkMethod(facts: Facts, problems: ProblemCollector): void {
  const method = facts.text(METHOD) ?? 'ring';
  const manager = facts.text(MANAGEMENT_SERVER);
  if (method !== 'dedicated') {
    if (!facts.has(MANAGEMENT_SERVER)) return;
    problems.atKey(MANAGEMENT_SERVER, {
      found: `dbss_management_server with dbss_method: ${method}`,
      expected: 'it with dbss_method: dedicated only: in the other methods every server manages',
    });
    return;
  }
  const servers = facts.items(HOSTS).map(lastStep);
  if (!facts.has(MANAGEMENT_SERVER)) {
    problems.atValue(METHOD, {
      found: 'dedicated without dbss_management_server',
      expected: 'dbss_management_server beside it: the name of the server that manages all others',
    });
  } else if (manager !== undefined && !servers.includes(manager)) {
    problems.atValue(MANAGEMENT_SERVER, {
      found: `"${manager}"`,
      expected: 'one of the servers in dbss_servers',
      suggestion: nearestWord(manager, servers),
    });
  }
}
