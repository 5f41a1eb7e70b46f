import { readFileSync, writeFileSync } from 'node:fs';
import { expectGeneratedFiles, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

const MANAGED_LIMIT_S = 120;

export const changedInventoryScenarios: readonly Scenario[] = [
  {
    name: 'changed-inventory',
    promise: 'dbssctl bootstrap with a changed inventory restarts every agent, and no client feels it',
    needs: ['bootstrap'],
    run: async ({ lab }) => {
      await untilManaged(lab, MANAGED_LIMIT_S);
      const before = readFileSync(lab.inventory, 'utf8');
      const from = await clockOf(lab, 'mail');
      const seen = await watched(lab, async () => {
        try {
          lab.edit(/dbss_log_seconds: true/, 'dbss_log_seconds: false');
          await lab.mustRun('bootstrap');
        } finally {
          writeFileSync(lab.inventory, before);
          await lab.mustRun('bootstrap');
        }
        await untilManaged(lab, MANAGED_LIMIT_S);
      });
      expectOneAnswer(seen);
      expectReachable(seen, []);
      const logs = await systemLogsSince(lab, from);
      for (const [name, lines] of logs) {
        const starts = lines.filter(({ text }) => text.startsWith('Flag file detected')).length;
        expect(starts === 2, `that ${name}'s agent was restarted twice`, String(starts));
      }
      const troubles = [...logs.values()].flat().filter(({ text }) => /not held here any more|No majority|problem detected/.test(text));
      expect(troubles.length === 0, 'no lease lost and no problem detected', troubles);
      await expectGeneratedFiles(lab);
    },
  },
];
