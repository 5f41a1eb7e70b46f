import type { Facts } from './facts.ts';
import { HOSTS, lastStep } from './facts.ts';
import type { ProblemCollector } from './problem-collector.ts';

/** Parameters of Debian's fence agents that hold a secret; `password_script` and its like hold the path of a program. */
const SECRET = /(passw|secret|token|community|private_key$)(?!.*_(script|file)$)/;

/** Parameters of the fence agents: none in clear that is a secret, none twice, and not the one that the fencer sets. */
export function checkFencing(facts: Facts, problems: ProblemCollector): void {
  for (const server of facts.items(HOSTS)) {
    const fencing = `${server}/dbss_fencing`;
    const parameters = facts.items(`${fencing}/parameters`);
    const secrets = facts.items(`${fencing}/secrets`);
    for (const at of [...parameters, ...secrets]) {
      if (lastStep(at) !== 'action') continue;
      problems.atKey(at, { found: 'the parameter "action"', expected: 'no action: a server that fences says what is to be done' });
    }
    for (const at of parameters.filter((parameter) => SECRET.test(lastStep(parameter)))) {
      problems.atKey(at, {
        found: `the secret parameter "${lastStep(at)}" in clear`,
        expected: `the name of a file in keys/fencing that holds it, as dbss_fencing.secrets.${lastStep(at)}`,
      });
    }
    for (const at of secrets.filter((secret) => parameters.some((parameter) => lastStep(parameter) === lastStep(secret)))) {
      if (SECRET.test(lastStep(at))) continue;
      problems.atKey(at, { found: `the parameter "${lastStep(at)}" again`, expected: 'each parameter once, in parameters or in secrets' });
    }
  }
}
