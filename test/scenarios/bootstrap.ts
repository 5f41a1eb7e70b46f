import { expectGeneratedFiles, untilManaged } from './managed-ring.ts';
import { expectUnchanged, runPlaybook } from './playbook.ts';
import { expect, type Scenario } from './scenario.ts';

const FIRST_LIMIT_S = 15 * 60;
const AGAIN_LIMIT_S = 60;

export const bootstrapScenarios: readonly Scenario[] = [
  {
    name: 'bootstrap',
    promise: 'one command ends with six servers managed, in under 15 minutes',
    needs: [],
    run: async ({ lab }) => {
      const { duration_s } = await lab.mustRun('bootstrap', lab.inventory);
      await untilManaged(lab, 60);
      await expectGeneratedFiles(lab);
      process.stdout.write(`bootstrap took ${duration_s.toFixed(1)} s\n`);
      expect(duration_s < FIRST_LIMIT_S, `less than ${String(FIRST_LIMIT_S)} s`, duration_s);
    },
  },
  {
    name: 'bootstrap-again',
    promise: 'a second run changes nothing and takes less than 60 s',
    needs: ['bootstrap'],
    run: async ({ lab }) => {
      const { stdout, duration_s } = await lab.mustRun('bootstrap', lab.inventory);
      process.stdout.write(`the second bootstrap took ${duration_s.toFixed(1)} s\n`);
      const changed = [...stdout.matchAll(/changed=(\d+)/g)].map((match) => match[1]);
      expect(changed.length > 0 && changed.every((count) => count === '0'), 'changed=0 in the output', stdout.slice(-1500));
      expect(duration_s < AGAIN_LIMIT_S, `less than ${String(AGAIN_LIMIT_S)} s`, duration_s);
      await untilManaged(lab, 30);
    },
  },
  {
    name: 'playbook-again',
    promise: 'the playbook changes nothing on a ring that was bootstrapped',
    needs: ['bootstrap'],
    run: async ({ lab }) => {
      expectUnchanged(await runPlaybook(lab));
    },
  },
];
