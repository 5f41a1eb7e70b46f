import { isBelow, sharedStorageOf, unseenByAgents } from './agents-view.ts';
import { type Facts, HOSTS, lastStep, VARIABLES } from './facts.ts';
import type { ProblemCollector } from './problem-collector.ts';
import { wellKnownDaemon } from './well-known-daemons.ts';

/** Probes whose work of a client takes an account. */
const WITH_ACCOUNT: readonly (string | undefined)[] = ['smtp', 'imap', 'ssh', 'ftp'];
/** With one web server alone nobody could tell whether it has failed or the proxy. */
const WEB_SERVERS_FOR_A_PROXY = 2;

/** How services are examined: what each way takes is there. */
export function checkExaminations(facts: Facts, problems: ProblemCollector): void {
  const webServers = facts.items(HOSTS).filter((server) => servesWith(facts, facts.items(`${server}/dbss_services`), 'http')).length;
  for (const server of facts.items(HOSTS)) {
    const services = facts.items(`${server}/dbss_services`);
    for (const service of services) {
      checkScript(facts, service, problems);
      if (facts.text(`${service}/check`) === 'work') checkWork(facts, service, { server, services, webServers }, problems);
    }
  }
}

function checkScript(facts: Facts, service: string, problems: ProblemCollector): void {
  const isScript = probeOf(facts, service) === 'script';
  if (isScript && !facts.has(`${service}/script`)) {
    problems.atKey(service, {
      found: 'the probe script without script',
      expected: 'script: the path of a program that examines the service',
    });
  }
  if (!isScript && facts.has(`${service}/script`)) {
    problems.atKey(`${service}/script`, { found: 'a script that nobody calls', expected: 'probe: script beside it' });
  }
  const script = facts.text(`${service}/script`);
  if (script !== undefined) checkPlace(facts, service, script, problems);
}

function checkPlace(facts: Facts, service: string, script: string, problems: ProblemCollector): void {
  const unseen = unseenByAgents(script);
  if (unseen !== undefined) {
    problems.atValue(`${service}/script`, {
      found: `${script}, which lies below ${unseen}, where the agents see nothing of it`,
      expected: 'a script elsewhere, below /usr/local/sbin say: the agents are kept from homes, and have /tmp and /var/tmp of their own',
    });
    return;
  }
  const storage = sharedStorageOf(facts);
  if (storage !== undefined && isBelow(script, storage)) {
    problems.atValue(`${service}/script`, {
      found: `${script}, which lies on the shared storage at ${storage}`,
      expected: "a script on the servers' own disks: where the storage hangs, an agent that starts one there hangs with it",
    });
  }
}

function checkWork(
  facts: Facts,
  service: string,
  { server, services, webServers }: { readonly server: string; readonly services: readonly string[]; readonly webServers: number },
  problems: ProblemCollector,
): void {
  const probe = probeOf(facts, service);
  const at = `${service}/check`;
  if (probe === 'tcp' || probe === 'script') {
    problems.atValue(at, {
      found: `the check work with the probe ${probe}`,
      expected: 'another probe: no work of a client is known for this one',
    });
    return;
  }
  if (probe === 'smtp' && !servesWith(facts, services, 'imap')) {
    const found = `the check work of a mail server on ${lastStep(server)}, which has no service with the probe imap`;
    problems.atValue(at, { found, expected: 'one there, by which the mail is fetched that was delivered' });
  }
  if (probe === 'proxy' && webServers < WEB_SERVERS_FOR_A_PROXY) {
    const found = `the check work of a proxy in a ring with ${webServers === 0 ? 'no web server' : 'one web server'}`;
    problems.atValue(at, { found, expected: 'services with the probe http on two servers at least: one that fails is not the proxy' });
  }
  if (WITH_ACCOUNT.includes(probe) && !facts.has(`${VARIABLES}/dbss_check_user`)) {
    problems.atValue(at, { found: `the check work with the probe ${probe ?? ''}`, expected: 'all.vars.dbss_check_user, who does it' });
  }
}

function servesWith(facts: Facts, services: readonly string[], probe: string): boolean {
  return services.some((service) => probeOf(facts, service) === probe);
}

function probeOf(facts: Facts, service: string): string | undefined {
  return facts.text(`${service}/probe`) ?? wellKnownDaemon(facts.text(`${service}/daemon`) ?? '')?.probe;
}
