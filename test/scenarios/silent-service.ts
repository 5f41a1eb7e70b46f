import { untilMomentOfInterval } from './fail-and-return.ts';
import { expectGeneratedFiles, untilHeldBy, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { untilShown, untilShownRecovering } from './shown.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectTouchedOnly } from './touched.ts';
import { writtenThroughOutage } from './written-through-outage.ts';

const SERVED_LIMIT_S = 60;
const RETURN_LIMIT_S = 300;
/** Before ftp looks at its own service in the interval (at its sixth second), so that this is told before its manager acts in the next. */
const MOMENT_MS = 2_000;
const ABNORMAL_LIMIT_S = 20;

export const silentServiceScenarios: readonly Scenario[] = [
  {
    name: 'silent-service',
    promise:
      'a service that accepts connections and never answers is found, told as such and recovered, and no client of another server feels it',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilManaged(lab, RETURN_LIMIT_S);
      await lab.mustRun('ring', 'return', 'ftp');
      const from = await clockOf(lab, 'mail');
      try {
        await writtenThroughOutage(lab, async () => {
          await untilMomentOfInterval(MOMENT_MS);
          // A restart of the server alone does not bring it back: there is time to look.
          await lab.exec('ftp', 'sh', '-c', 'systemctl disable vsftpd && systemctl kill -s STOP vsftpd');
          const isAbnormal = ({ services }: { readonly services: string }): boolean => services === 'vsftpd (abnormal)';
          await untilShown(lab, 'vsftpd is abnormal on ftp', (shown) => isAbnormal(shown.rowOf('ftp')), ABNORMAL_LIMIT_S);
          await untilShownRecovering(lab, 'ftp', SERVED_LIMIT_S);
          await untilHeldBy(lab, 'ftp', /^ftp$/, RETURN_LIMIT_S);
          await untilManaged(lab, RETURN_LIMIT_S);
        });
      } finally {
        await lab.dbssctl('lab', 'exec', 'ftp', '--', 'systemctl', 'enable', 'vsftpd');
      }
      const logs = await systemLogsSince(lab, from);
      const found = logs.get('mail')?.find(({ text }) => text.startsWith('DBSS_ftp_mail Service problem detected'))?.text ?? '';
      process.stdout.write(`${found}\n`);
      expect(
        /: vsftpd: .*the FTP greeting did not come within \d+\.\d\d s/.test(found),
        'a reason that says what did not come in which time',
        found,
      );
      expect(expectTouchedOnly(logs, ['ftp']).length > 0, 'ftp taken over');
      await expectGeneratedFiles(lab);
    },
  },
];
