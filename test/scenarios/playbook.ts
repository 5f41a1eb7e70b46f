import type { LabUnderTest } from './lab-under-test.ts';
import { expect } from './scenario.ts';

/** What a run of the playbook counted, by host. */
export type Recap = ReadonlyMap<string, { readonly ok: number; readonly changed: number }>;

/** Runs site.yml as an administrator does who has Ansible and the inventory, and nothing else in the environment. Throws when a task fails. */
export async function runPlaybook(lab: LabUnderTest): Promise<Recap> {
  const words = ['-u', 'DBSS_INVENTORY', 'ansible-playbook', '-i', lab.inventory, 'ansible/playbooks/site.yml'];
  const { exitCode, stdout, stderr } = await lab.run('env', words);
  expect(exitCode === 0, 'exit code 0 of ansible-playbook', `${stdout.slice(-3000)}\n${stderr.slice(-1000)}`);
  const recap = stdout.slice(stdout.indexOf('PLAY RECAP'));
  return new Map(
    [...recap.matchAll(/^(\S+)\s+: ok=(\d+)\s+changed=(\d+)/gm)].map(([, host, ok, changed]) => [
      host ?? '',
      { ok: Number(ok), changed: Number(changed) },
    ]),
  );
}

/** A run that found everything in place; `localhost` prepares what is copied. */
export function expectUnchanged(recap: Recap): void {
  expect(recap.has('localhost') && recap.size > 2, 'localhost and the servers in the recap', [...recap.keys()]);
  expect(
    [...recap.values()].every(({ changed }) => changed === 0),
    'changed=0 for every host',
    [...recap],
  );
}
