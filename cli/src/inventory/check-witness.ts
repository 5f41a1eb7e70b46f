import { RESERVED_HOST_NAMES } from './check-names.ts';
import type { Facts } from './facts.ts';
import { HOSTS, lastStep, VARIABLES, WITNESS } from './facts.ts';
import type { ProblemCollector } from './problem-collector.ts';

const FILE_SERVER = `${VARIABLES}/dbss_lab/file_server`;

/** The witness's name against the other machines', and in a lab that it is the file server, the one machine there beside the servers. */
export function checkWitness(facts: Facts, problems: ProblemCollector): void {
  const [witness, ...others] = facts.items(WITNESS);
  // The schema tells when there are more.
  if (witness === undefined || others.length > 0) return;
  const name = lastStep(witness);
  const fileServer = facts.text(`${FILE_SERVER}/name`);
  if (RESERVED_HOST_NAMES.includes(name)) {
    problems.atKey(witness, { found: `"${name}"`, expected: 'a name that means nothing else here' });
  } else if (name === fileServer) {
    // A server of that name is told by the check of names.
    checkSameMachine(facts, witness, problems);
  } else if (facts.items(HOSTS).some((server) => lastStep(server) === name)) {
    const line = problems.lineOf(`${HOSTS}/${name}`);
    problems.atKey(witness, {
      found: `the witness "${name}", named like the server in line ${String(line)}`,
      expected: 'a machine that is no server of the ring',
    });
  } else if (fileServer !== undefined) {
    problems.atKey(witness, {
      found: `the witness "${name}", which is no machine of the lab`,
      expected: `the lab's file server "${fileServer}"`,
    });
  }
}

function checkSameMachine(facts: Facts, witness: string, problems: ProblemCollector): void {
  const pairs = [
    ['ansible_host', 'sem_ip', 'SEM address'],
    ['dbss_real_ip', 'real_ip', 'real IP'],
  ] as const;
  for (const [variable, labVariable, what] of pairs) {
    const here = facts.text(`${witness}/${variable}`);
    const there = facts.text(`${FILE_SERVER}/${labVariable}`);
    if (here === undefined || there === undefined || here === there) continue;
    const line = String(problems.lineOf(`${FILE_SERVER}/${labVariable}`));
    problems.atValue(`${witness}/${variable}`, {
      found: `${here} as the ${what} of ${lastStep(witness)}, which has another one in line ${line}`,
      expected: 'the same address of the same machine',
      suggestion: there,
    });
  }
}
