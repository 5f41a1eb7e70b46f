import { readFileSync, writeFileSync } from 'node:fs';
import { type LabUnderTest, pause } from './lab-under-test.ts';
import { expectGeneratedFiles, untilHeldBy, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { clockOf, systemLogsSince } from './system-logs.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

const INTERVAL_S = 10;
const TOLD_LIMIT_S = 6 * INTERVAL_S;
/** In so many intervals whoever draws a wrong conclusion has drawn it. */
const LEFT_ALONE_INTERVALS = 3;
const SERVED_LIMIT_S = 60;
const RETURN_LIMIT_S = 300;
const FILL = '/export/fill';

export const fullDiskScenarios: readonly Scenario[] = [
  {
    name: 'full-disk',
    promise:
      'the file server’s disk is full and mail cannot be delivered: nothing is taken over for that and it is told why; a service of another server that fails meanwhile is recovered',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilManaged(lab, RETURN_LIMIT_S);
      await withMailExaminedByWork(lab, async () => {
        await lab.mustRun('ring', 'return', 'ftp');
        const from = await clockOf(lab, 'mail');
        const manager = (await lab.server('mail')).managedBy;
        try {
          const seen = await watched(lab, async () => {
            await fill(lab);
            await expectTold(lab);
            await pause(LEFT_ALONE_INTERVALS * INTERVAL_S * 1000);
            await expectMailLeftAlone(lab, from);
            await lab.exec('ftp', 'systemctl', 'stop', 'vsftpd');
            await untilHeldBy(lab, 'ftp', /^ftpb@/, SERVED_LIMIT_S);
            await untilHeldBy(lab, 'ftp', /^ftp$/, RETURN_LIMIT_S);
            await expectMailLeftAlone(lab, from);
          });
          expectOneAnswer(seen);
          expectReachable(seen, ['ftp']);
        } finally {
          await lab.exec('files', 'rm', '-f', FILL);
        }
        await lab.untilRing(
          `nothing in doubt any more for ${manager ?? 'the manager of mail'}`,
          ({ servers }) => servers.every(({ storageInDoubt }) => storageInDoubt === null),
          TOLD_LIMIT_S,
        );
        await untilManaged(lab, RETURN_LIMIT_S);
        await expectGeneratedFiles(lab);
      });
    },
  },
];

/** The file server's own disk, and never that of the machine that carries the lab. */
async function fill(lab: LabUnderTest): Promise<void> {
  const { stdout } = await lab.exec('files', 'df', '--output=source,size', '--block-size=1M', '/export');
  const [source = '', size_mb = ''] = stdout.trim().split('\n').at(-1)?.trim().split(/ +/) ?? [];
  expect(source.startsWith('/dev/loop') && Number(size_mb) < 4096, 'a small disk of its own on the file server', stdout);
  await lab.exec('files', 'sh', '-c', `head -c ${String(Number(size_mb) * 2)}M /dev/zero >${FILL} 2>/dev/null || true; sync`);
}

async function expectTold(lab: LabUnderTest): Promise<void> {
  const told = await lab.untilRing(
    'the manager of mail says that the shared storage is full',
    ({ servers }) => servers.some(({ name, storageInDoubt }) => name === 'mail' && storageInDoubt?.includes(' is full: ') === true),
    TOLD_LIMIT_S,
  );
  process.stdout.write(`ring show: ${told.servers.find(({ name }) => name === 'mail')?.storageInDoubt ?? ''}\n`);
}

async function expectMailLeftAlone(lab: LabUnderTest, from: string): Promise<void> {
  const { heldBy, state } = await lab.server('mail');
  expect(heldBy === 'mail' && state === 'managed', 'mail in its place', { heldBy, state });
  const logs = await systemLogsSince(lab, from);
  const lines = [...logs.values()].flat().map(({ text }) => text);
  const own = logs.get('mail')?.map(({ text }) => text) ?? [];
  const touched = [
    ...lines.filter((text) => /DBSS_mail_.*creation started/.test(text)),
    ...own.filter((text) => text.startsWith('Restart requested')),
  ];
  expect(touched.length === 0, 'nobody who touches mail', touched);
  expect(
    lines.some((text) => /DBSS_mail_\S+ The shared storage is in doubt \(\S+ is full: /.test(text)),
    'the reason in the system log',
    lines,
  );
}

/** A dialogue says nothing about room: postfix greets. */
async function withMailExaminedByWork(lab: LabUnderTest, act: () => Promise<void>): Promise<void> {
  const before = readFileSync(lab.inventory, 'utf8');
  try {
    lab.edit(/\{ daemon: postfix \}/, '{ daemon: postfix, check: work }');
    lab.edit(/^( +)dbss_shared_storage:/m, '$1dbss_check_user: { name: dbss-check, uid: 2100 }\n$1dbss_shared_storage:');
    await lab.mustRun('bootstrap');
    await untilManaged(lab, RETURN_LIMIT_S);
    await act();
  } finally {
    writeFileSync(lab.inventory, before);
    await lab.mustRun('bootstrap');
  }
  await untilManaged(lab, RETURN_LIMIT_S);
}
