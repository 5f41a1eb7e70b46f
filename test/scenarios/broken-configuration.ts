import { bannerOf, failover, greetWith, onFtp, procedures, restored, untilCaptured, untilReadyToFail, untilReturned } from './captured.ts';
import type { LabUnderTest } from './lab-under-test.ts';
import { expectGeneratedFiles } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectTouchedOnly } from './touched.ts';
import { writtenThroughOutage } from './written-through-outage.ts';

const DROP_IN = '/etc/systemd/system/vsftpd.service.d/site.conf';
const ONLY_THERE = '/usr/local/sbin/dbss-only-there';

export const brokenConfigurationScenarios: readonly Scenario[] = [
  {
    name: 'configuration-that-does-not-start',
    promise:
      'a configuration that works on ftp and does not start on the standby gives way to the one captured before it, is told, and harms nobody else',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      const banner = `before it at ${String(Date.now())}`;
      const first = await untilCaptured(lab, () => true);
      const from = await clockOf(lab, 'mail');
      try {
        await greetWith(lab, banner);
        const before = await untilCaptured(lab, ({ version }) => version !== first.version);
        await startOnlyThere(lab);
        const broken = await untilCaptured(lab, ({ version }) => version !== before.version);
        const told = replacement(String(broken.version), String(before.version));
        let host = '';
        await untilReadyToFail(lab);
        await writtenThroughOutage(lab, async () => {
          const heldBy = await failover(lab);
          host = heldBy.slice(heldBy.indexOf('@') + 1);
          const greeting = await bannerOf(lab);
          expect(greeting.includes(banner), `that ${heldBy} serves with the version before, which greets with "${banner}"`, greeting);
          await expectTold(lab, told, host);
          await untilReturned(lab);
        });
        const greeting = await bannerOf(lab);
        expect(greeting.includes(banner), 'the same greeting from ftp', greeting);
        const logs = await systemLogsSince(lab, from);
        const lines = (logs.get(host) ?? []).map(({ text }) => text).filter((text) => text.includes('nstallation procedure of ftp'));
        expect(
          lines.some((text) => told.test(text)),
          `${String(told)} in the system log of ${host}`,
          lines,
        );
        expectTouchedOnly(logs, ['ftp']);
        await expectGeneratedFiles(lab);
      } finally {
        await restored(lab, `rm -f ${DROP_IN} ${ONLY_THERE}; systemctl daemon-reload;`);
      }
    },
  },
];

/** Vsftpd starts only where a program is that no procedure brings along. */
async function startOnlyThere(lab: LabUnderTest): Promise<void> {
  await onFtp(
    lab,
    `printf '#!/bin/sh\\n' >${ONLY_THERE}; chmod +x ${ONLY_THERE}; mkdir -p ${DROP_IN.slice(0, DROP_IN.lastIndexOf('/'))}; ` +
      `printf '# ${String(Date.now())}\\n[Service]\\nExecStartPre=${ONLY_THERE}\\n' >${DROP_IN}; systemctl daemon-reload; systemctl restart vsftpd`,
  );
}

/** What is said of a version that does not start, with what took its place. */
function replacement(broken: string, before: string): RegExp {
  return new RegExp(
    `Installation procedure of ftp, version ${broken}, does not work in the standby here: .* at step "daemons" .*; version ${before}, the one before is applied instead$`,
    'm',
  );
}

/** An administrator reads it while the virtual server serves. */
async function expectTold(lab: LabUnderTest, told: RegExp, host: string): Promise<void> {
  const { stdout } = await lab.mustRun('procedure', 'show');
  process.stdout.write(`procedure show:\n${stdout}\n`);
  const said = new RegExp(`^${host} says: ${told.source}`, 'm');
  expect(said.test(stdout), `${String(said)} from dbssctl procedure show`, stdout);
  const { troubles } = await procedures(lab);
  expect(
    troubles.some(({ on, text }) => on === host && told.test(text)),
    'the same with --json',
    troubles,
  );
}
