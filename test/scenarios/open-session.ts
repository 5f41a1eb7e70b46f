import path from 'node:path';
import type { LabUnderTest } from './lab-under-test.ts';
import { untilHeldBy, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';

const SERVED_LIMIT_S = 60;
const RETURN_LIMIT_S = 300;
/** Whoever has written that much has been at work for some seconds. */
const LEAST_LINES = 20;
const PROGRAM = path.join(import.meta.dirname, 'open-session', 'session-main.ts');
const FILE = 'dbss-open-session.txt';
const ON_THE_STORAGE = `/export/home/alice/${FILE}`;

export const openSessionScenarios: readonly Scenario[] = [
  {
    name: 'open-session',
    promise:
      'a user who is logged in on the virtual server of login when login returns, and keeps a file open there, finds every line that was written; the virtual server ends in order',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilManaged(lab, RETURN_LIMIT_S);
      await lab.mustRun('ring', 'return', 'login');
      const from = await clockOf(lab, 'mail');
      await lab.exec('files', 'rm', '-f', ON_THE_STORAGE);
      await lab.mustRun('lab', 'power', 'login', 'off');
      const heldBy = await untilHeldBy(lab, 'login', /^loginb@/, SERVED_LIMIT_S);
      const session = lab.start('lab', 'exec', 'client', '--', process.execPath, PROGRAM, lab.inventory, 'login', FILE);
      let output = '';
      try {
        await session.outputMatches(new RegExp(`^${String(LEAST_LINES)}$`, 'm'));
        const { heldBy: still } = await lab.server('login');
        expect(still === heldBy, 'the virtual server still serving: otherwise nothing is tested', still);
        await untilHeldBy(lab, 'login', /^login$/, RETURN_LIMIT_S);
        await untilManaged(lab, RETURN_LIMIT_S);
      } finally {
        ({ output } = await session.interrupt());
      }
      await expectWritten(lab, output);
      const logs = await systemLogsSince(lab, from);
      const troubles = [...logs.values()].flat().filter(({ text }) => text.startsWith('Standby of this server'));
      expect(troubles.length === 0, 'a virtual server that ended in order', troubles);
      await lab.exec('files', 'rm', '-f', ON_THE_STORAGE);
    },
  },
];

/** Every line whose number the user has seen is in the file. */
async function expectWritten(lab: LabUnderTest, seen: string): Promise<void> {
  const numbers = seen.split('\n').filter((line) => /^\d+$/.test(line));
  const { stdout } = await lab.exec('files', 'cat', ON_THE_STORAGE);
  const written = new Set(stdout.split('\n'));
  const lost = numbers.filter((number) => !written.has(`line ${number}`));
  expect(lost.length === 0, 'every line that was written', { seen: numbers.length, lost });
  process.stdout.write(`lines that the user saw written: ${String(numbers.length)}, found again: all\n`);
}
