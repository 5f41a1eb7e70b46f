import { expectGeneratedFiles, untilHeldBy, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

const SERVED_LIMIT_S = 60;
const RETURN_LIMIT_S = 300;

export const silentServiceScenarios: readonly Scenario[] = [
  {
    name: 'silent-service',
    promise: 'a service that accepts connections and never answers is found, told as such and recovered, and no other server is touched',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilManaged(lab, RETURN_LIMIT_S);
      await lab.mustRun('ring', 'return', 'ftp');
      const from = await clockOf(lab, 'mail');
      const seen = await watched(lab, async () => {
        await lab.exec('ftp', 'systemctl', 'kill', '-s', 'STOP', 'vsftpd');
        await untilHeldBy(lab, 'ftp', /^ftpb@/, SERVED_LIMIT_S);
        await untilHeldBy(lab, 'ftp', /^ftp$/, RETURN_LIMIT_S);
      });
      expectOneAnswer(seen);
      expectReachable(seen, ['ftp']);
      await untilManaged(lab, RETURN_LIMIT_S);
      const logs = await systemLogsSince(lab, from);
      const found = logs.get('mail')?.find(({ text }) => text.startsWith('DBSS_ftp_mail Service problem detected'))?.text ?? '';
      process.stdout.write(`${found}\n`);
      expect(/vsftpd: .*did not come within \d/.test(found), 'a reason that says what did not come in which time', found);
      const others = [...logs.values()].flat().filter(({ text }) => text.includes('creation started') && !text.includes(': ftpb@'));
      expect(others.length === 0, 'no other server taken over', others);
      const restarted = [...logs].filter(
        ([name, lines]) => name !== 'ftp' && lines.some(({ text }) => text.startsWith('Restart requested')),
      );
      expect(
        restarted.length === 0,
        'no other server restarted',
        restarted.map(([name]) => name),
      );
      await expectGeneratedFiles(lab);
    },
  },
];
