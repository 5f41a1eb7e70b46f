import { expectNothingLeft } from './nothing-left.ts';
import type { Scenario } from './scenario.ts';

export const labLifeScenarios: readonly Scenario[] = [
  {
    name: 'lab-down',
    promise: 'lab down leaves no namespace, mount, process or bridge',
    needs: ['bootstrap'],
    run: async ({ lab }) => {
      await lab.mustRun('lab', 'down');
      await expectNothingLeft(lab);
    },
  },
];
