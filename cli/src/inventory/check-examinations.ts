import { type Facts, HOSTS, lastStep, VARIABLES } from './facts.ts';
import type { ProblemCollector } from './problem-collector.ts';
import { wellKnownDaemon } from './well-known-daemons.ts';

/** Probes whose work of a client takes an account. */
const WITH_ACCOUNT: readonly (string | undefined)[] = ['smtp', 'imap', 'ssh', 'ftp'];

/** How services are examined: what each way takes is there. */
export function checkExaminations(facts: Facts, problems: ProblemCollector): void {
  const all = facts.items(HOSTS).flatMap((server) => facts.items(`${server}/dbss_services`));
  for (const server of facts.items(HOSTS)) {
    const services = facts.items(`${server}/dbss_services`);
    for (const service of services) {
      checkScript(facts, service, problems);
      if (facts.text(`${service}/check`) === 'work') checkWork(facts, service, { server, services, all }, problems);
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
}

function checkWork(
  facts: Facts,
  service: string,
  { server, services, all }: { readonly server: string; readonly services: readonly string[]; readonly all: readonly string[] },
  problems: ProblemCollector,
): void {
  const probe = probeOf(facts, service);
  const at = `${service}/check`;
  const has = (among: readonly string[], wanted: string): boolean => among.some((other) => probeOf(facts, other) === wanted);
  if (probe === 'tcp' || probe === 'script') {
    problems.atValue(at, {
      found: `the check work with the probe ${probe}`,
      expected: 'another probe: no work of a client is known for this one',
    });
    return;
  }
  if (probe === 'smtp' && !has(services, 'imap')) {
    const found = `the check work of a mail server on ${lastStep(server)}, which has no service with the probe imap`;
    problems.atValue(at, { found, expected: 'one there, by which the mail is fetched that was delivered' });
  }
  if (probe === 'proxy' && !has(all, 'http')) {
    problems.atValue(at, { found: 'the check work of a proxy in a ring without a web server', expected: 'a service with the probe http' });
  }
  if (WITH_ACCOUNT.includes(probe) && !facts.has(`${VARIABLES}/dbss_check_user`)) {
    problems.atValue(at, { found: `the check work with the probe ${probe ?? ''}`, expected: 'all.vars.dbss_check_user, who does it' });
  }
}

function probeOf(facts: Facts, service: string): string | undefined {
  return facts.text(`${service}/probe`) ?? wellKnownDaemon(facts.text(`${service}/daemon`) ?? '')?.probe;
}
