import type { ProceduresView, ProcedureView } from '../../cli/src/inspect/procedures-view.ts';
import { type LabUnderTest, pause } from './lab-under-test.ts';
import { expectGeneratedFiles, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

/** Seen, stable for an interval, monitored, captured and fetched by every other server; intervals have 10 s. */
const CAPTURE_LIMIT_S = 90;
const TAKEOVER_LIMIT_S = 60;
/** 50 s until Wake-on-LAN, a boot, and the return. */
const RETURN_LIMIT_S = 200;
const CONFIGURATION = '/etc/vsftpd.conf';
const DROP_IN = '/etc/systemd/system/vsftpd.service.d/site.conf';
const ONLY_THERE = '/usr/local/sbin/dbss-only-there';

export const procedureScenarios: readonly Scenario[] = [
  {
    name: 'changed-configuration',
    promise: 'a changed vsftpd.conf on ftp is in force on its virtual server at the next failover, with no operator action',
    needs: ['bootstrap'],
    run: async ({ lab }) => {
      const banner = `changed at ${String(Date.now())}`;
      const before = await untilCaptured(lab, () => true);
      try {
        await onFtp(
          lab,
          `cp -a ${CONFIGURATION} /root/vsftpd.conf.before; echo 'ftpd_banner=${banner}' >>${CONFIGURATION}; systemctl restart vsftpd`,
        );
        const captured = await untilCaptured(lab, ({ version }) => version !== before.version);
        process.stdout.write(`version ${String(captured.version)}, ${String(captured.bytes)} bytes, on ${captured.on.join(' ')}\n`);
        const heldBy = await failover(lab);
        expect((await bannerOf(lab)).includes(banner), `the new banner from ${heldBy}`, await bannerOf(lab));
        await untilReturned(lab);
        expect((await bannerOf(lab)).includes(banner), 'the new banner from ftp', await bannerOf(lab));
        await expectGeneratedFiles(lab);
        expect((await procedureOfFtp(lab)).version === captured.version, 'no other version by the failover and the return', captured);
      } finally {
        await restored(lab, `mv /root/vsftpd.conf.before ${CONFIGURATION}; systemctl restart vsftpd`);
      }
    },
  },
  {
    name: 'configuration-that-does-not-start',
    promise:
      'a configuration that works on ftp and does not start on the standby gives way to the one before it, is told, and harms nobody else',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      const before = await untilCaptured(lab, () => true);
      const from = await clockOf(lab, 'mail');
      try {
        await onFtp(
          lab,
          `printf '#!/bin/sh\\n' >${ONLY_THERE}; chmod +x ${ONLY_THERE}; mkdir -p ${DROP_IN.slice(0, DROP_IN.lastIndexOf('/'))}; ` +
            `printf '# ${String(Date.now())}\\n[Service]\\nExecStartPre=${ONLY_THERE}\\n' >${DROP_IN}; systemctl daemon-reload; systemctl restart vsftpd`,
        );
        const captured = await untilCaptured(lab, ({ version }) => version !== before.version);
        let heldBy = '';
        const seen = await watched(lab, async () => {
          heldBy = await failover(lab);
          expect((await bannerOf(lab)).startsWith('220'), `that ${heldBy} serves with the version before`, await bannerOf(lab));
        });
        expectOneAnswer(seen);
        expectReachable(seen, ['ftp']);
        await untilReturned(lab);
        const host = heldBy.slice(heldBy.indexOf('@') + 1);
        const words = `version ${String(captured.version)}, does not work in the standby here`;
        const told = (await systemLogsSince(lab, from)).get(host)?.some(({ text }) => text.includes(words)) ?? false;
        expect(told, `"${words}" in the system log of ${host}`);
        const { troubles } = await procedures(lab);
        expect(
          troubles.some(({ on, text }) => on === host && text.includes(words)),
          'the same from dbssctl procedure show',
          troubles,
        );
        await expectGeneratedFiles(lab);
      } finally {
        await restored(lab, `rm -f ${DROP_IN} ${ONLY_THERE}; systemctl daemon-reload; systemctl restart vsftpd`);
      }
    },
  },
];

async function procedures(lab: LabUnderTest): Promise<ProceduresView> {
  return JSON.parse((await lab.mustRun('procedure', 'show', '--json')).stdout) as ProceduresView;
}

async function procedureOfFtp(lab: LabUnderTest): Promise<ProcedureView> {
  const view = (await procedures(lab)).procedures.find(({ server }) => server === 'ftp');
  if (view === undefined) throw new Error('dbssctl procedure show knows no ftp');
  return view;
}

/** Every server has ftp's newest version, and it is as wanted. */
async function untilCaptured(lab: LabUnderTest, holds: (view: ProcedureView) => boolean): Promise<ProcedureView> {
  const deadline_ms = performance.now() + CAPTURE_LIMIT_S * 1000;
  for (;;) {
    const view = await procedureOfFtp(lab);
    if (view.version !== null && view.missingOn.length === 0 && view.on.length === 6 && holds(view)) return view;
    if (performance.now() > deadline_ms)
      throw new Error(`not within ${String(CAPTURE_LIMIT_S)} s: ftp captured; it is ${JSON.stringify(view)}`);
    await pause(1000);
  }
}

/** Ftp as it was, also where something went wrong: back in the ring, and captured so. */
async function restored(lab: LabUnderTest, script: string): Promise<void> {
  await untilReturned(lab);
  const { version } = await procedureOfFtp(lab);
  await onFtp(lab, script);
  await untilCaptured(lab, (view) => view.version !== version);
}

/** Pull the plug on ftp. @returns who holds its address then */
async function failover(lab: LabUnderTest): Promise<string> {
  await untilManaged(lab, 120);
  // A server that fails so often is held back (decision 0217), unless an operator has repaired it.
  await lab.mustRun('ring', 'return', 'ftp');
  await lab.mustRun('lab', 'power', 'ftp', 'off');
  const holder = ({ servers }: Awaited<ReturnType<LabUnderTest['ring']>>): string =>
    servers.find(({ name }) => name === 'ftp')?.heldBy ?? '';
  const taken = await lab.untilRing('a virtual server holds ftp’s address', (ring) => /^ftpb@/.test(holder(ring)), TAKEOVER_LIMIT_S);
  return holder(taken);
}

async function untilReturned(lab: LabUnderTest): Promise<void> {
  await lab.untilRing(
    'ftp holds its address',
    ({ servers }) => servers.some(({ name, heldBy }) => name === 'ftp' && heldBy === 'ftp'),
    RETURN_LIMIT_S,
  );
  await untilManaged(lab, 120);
}

/** What an FTP client is greeted with at ftp's virtual address. */
async function bannerOf(lab: LabUnderTest): Promise<string> {
  const { vip } = await lab.server('ftp');
  const script = `for i in 1 2 3 4 5; do exec 3<>/dev/tcp/${vip}/21 && { timeout 3 head -n 1 <&3; exit; }; sleep 1; done; exit 1`;
  return (await lab.exec('client', 'bash', '-c', script)).stdout.trim();
}

async function onFtp(lab: LabUnderTest, script: string): Promise<void> {
  await lab.exec('ftp', 'sh', '-ec', script);
}
