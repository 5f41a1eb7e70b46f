import { type LabUnderTest, pause } from './lab-under-test.ts';
import { expectGeneratedFiles, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';

const INTERVAL_S = 10;
const TOLD_LIMIT_S = 4 * INTERVAL_S;
/** In so many intervals whoever draws a wrong conclusion has drawn it. */
const LEFT_ALONE_INTERVALS = 3;
const SERVED_LIMIT_S = 60;
const RETURN_LIMIT_S = 300;

export const hungStorageScenarios: readonly Scenario[] = [
  {
    name: 'hung-storage',
    promise:
      'the file server hangs and a service fails: nothing is taken over and it is told why; when the storage answers again the service is recovered',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilManaged(lab, RETURN_LIMIT_S);
      await lab.mustRun('ring', 'return', 'ftp');
      const from = await clockOf(lab, 'mail');
      try {
        await lab.mustRun('lab', 'freeze', 'files');
        await lab.exec('ftp', 'systemctl', 'disable', '--now', 'vsftpd');
        const told = await lab.untilRing(
          'mail says that the shared storage is in doubt',
          ({ servers }) => servers.some(({ name, storageInDoubt }) => name === 'ftp' && storageInDoubt !== null),
          TOLD_LIMIT_S,
        );
        process.stdout.write(`ring show: ${told.servers.find(({ name }) => name === 'ftp')?.storageInDoubt ?? ''}\n`);
        await pause(LEFT_ALONE_INTERVALS * INTERVAL_S * 1000);
        await expectLeftAlone(lab, from);
        await lab.mustRun('lab', 'thaw', 'files');
        await lab.untilRing(
          'a virtual server holds ftp’s address',
          ({ servers }) => servers.some(({ name, heldBy }) => name === 'ftp' && heldBy?.startsWith('ftpb@') === true),
          SERVED_LIMIT_S,
        );
        await untilManaged(lab, RETURN_LIMIT_S);
        await expectGeneratedFiles(lab);
      } finally {
        await lab.dbssctl('lab', 'thaw', 'files');
        await lab.dbssctl('lab', 'exec', 'ftp', '--', 'systemctl', 'enable', '--now', 'vsftpd');
      }
    },
  },
];

async function expectLeftAlone(lab: LabUnderTest, from: string): Promise<void> {
  const { heldBy, state } = await lab.server('ftp');
  expect(heldBy === 'ftp' && state === 'managed', 'ftp in its place', { heldBy, state });
  const logs = await systemLogsSince(lab, from);
  const lines = [...logs.values()].flat().map(({ text }) => text);
  expect(!lines.some((text) => text.includes('creation started') || text.includes('Restart requested')), 'nobody touched', lines);
  expect(
    lines.some((text) => text.includes('The shared storage is in doubt')),
    'the reason in the system log',
    lines,
  );
}
