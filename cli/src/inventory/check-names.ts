import type { Facts } from './facts.ts';
import { HOSTS, lastStep, VARIABLES } from './facts.ts';
import type { ProblemCollector } from './problem-collector.ts';

/** Names that Ansible or ssh give a meaning of their own. */
export const RESERVED_HOST_NAMES = ['all', 'ungrouped', 'localhost'];

/** Users of Debian's base system and of the daemons' packages: a user of that name would change a daemon's. */
const SYSTEM_USERS = [
  'root', 'daemon', 'bin', 'sys', 'sync', 'games', 'man', 'lp', 'mail', 'news', 'uucp', 'proxy', 'backup', 'list', 'irc', 'nobody',
  'sshd', 'postfix', 'dovecot', 'dovenull', 'ftp', 'www-data', 'messagebus', 'systemd-network', 'systemd-timesync', 'libvirt-qemu',
]; // prettier-ignore

/**
 * Names against each other: machines of the lab and servers, users, the daemons of one server. (A server that stands twice is a duplicate
 * key, which the YAML reader finds.)
 */
export function checkNames(facts: Facts, problems: ProblemCollector): void {
  checkMachineNames(facts, problems);
  checkUsers(facts, problems);
  for (const server of facts.items(HOSTS)) checkServices(facts, server, problems);
}

function checkMachineNames(facts: Facts, problems: ProblemCollector): void {
  const labNames = ['client', 'file_server'].map((machine) => `${VARIABLES}/dbss_lab/${machine}/name`);
  const taken = new Map<string, string>();
  for (const at of labNames) {
    const name = facts.text(at);
    if (name === undefined) continue;
    if (taken.has(name)) problems.atValue(at, { found: `the name "${name}" again`, expected: 'each machine to have a name of its own' });
    if (RESERVED_HOST_NAMES.includes(name)) problems.atValue(at, { found: `"${name}"`, expected: 'a name that means nothing else here' });
    taken.set(name, at);
  }
  for (const server of facts.items(HOSTS)) {
    const name = lastStep(server);
    const other = taken.get(name);
    if (other !== undefined) {
      const found = `the server "${name}", named like a machine of the lab in line ${String(problems.lineOf(other))}`;
      problems.atKey(server, { found, expected: 'each machine to have a name of its own' });
    }
    if (RESERVED_HOST_NAMES.includes(name)) problems.atKey(server, { found: `"${name}"`, expected: 'a name that means nothing else here' });
  }
}

function checkUsers(facts: Facts, problems: ProblemCollector): void {
  const names = new Set<string>();
  const uids = new Map<number, string>();
  const checkUser = `${VARIABLES}/dbss_check_user`;
  for (const user of [...facts.items(`${VARIABLES}/dbss_users`), ...(facts.has(checkUser) ? [checkUser] : [])]) {
    const name = facts.text(`${user}/name`);
    const uid = facts.wholeNumber(`${user}/uid`);
    if (name !== undefined) {
      if (names.has(name)) problems.atValue(`${user}/name`, { found: `the user "${name}" again`, expected: 'each user once' });
      if (SYSTEM_USERS.includes(name)) {
        problems.atValue(`${user}/name`, { found: `"${name}", a user of the system`, expected: 'a name that the system does not use' });
      }
      names.add(name);
    }
    if (uid !== undefined) {
      const other = uids.get(uid);
      if (other !== undefined)
        problems.atValue(`${user}/uid`, { found: `the uid ${String(uid)}, which is ${other}'s`, expected: 'each uid once' });
      uids.set(uid, name ?? 'another user');
    }
  }
}

function checkServices(facts: Facts, server: string, problems: ProblemCollector): void {
  const daemons = new Set<string>();
  for (const service of facts.items(`${server}/dbss_services`)) {
    const daemon = facts.text(`${service}/daemon`);
    if (daemon === undefined) continue;
    const unit = daemon === 'sshd' ? 'ssh' : daemon;
    if (daemons.has(unit)) {
      problems.atValue(`${service}/daemon`, {
        found: `the daemon "${daemon}" again on ${lastStep(server)}`,
        expected: 'each daemon of a server once',
      });
    }
    daemons.add(unit);
  }
}
