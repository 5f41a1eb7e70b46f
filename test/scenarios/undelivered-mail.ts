import type { KeptItem } from './client-work/kept-line.ts';
import { expectFound, keptBy } from './client-work/kept.ts';
import { type LabUnderTest, pause } from './lab-under-test.ts';
import { expectGeneratedFiles, untilHeldBy, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';

const SERVED_LIMIT_S = 60;
const RETURN_LIMIT_S = 300;
const TAKEN_UP_LIMIT_S = 60;
/** postfix tries a delivery at once. */
const DELIVERY_TRIED_MS = 5_000;
const HOME = '/export/home/alice';

export const undeliveredMailScenarios: readonly Scenario[] = [
  {
    name: 'undelivered-mail',
    promise: 'a mail that the virtual server accepted and could not deliver before it was stopped is delivered by the returned server',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      await untilManaged(lab, RETURN_LIMIT_S);
      await lab.mustRun('ring', 'return', 'mail');
      // The mailbox is there.
      const kept = keptBy(lab, 'mail');
      const first = items(await kept.write());
      expectFound(first, await kept.read(first));
      let mail: readonly KeptItem[] = [];
      try {
        await lab.mustRun('lab', 'power', 'mail', 'off');
        await untilHeldBy(lab, 'mail', /^mailb@/, SERVED_LIMIT_S);
        await failDeliveries(lab);
        const before = await messagesOnDisk(lab);
        mail = items(await kept.write());
        await pause(DELIVERY_TRIED_MS);
        const { heldBy } = await lab.server('mail');
        expect(heldBy?.startsWith('mailb@') === true, 'a virtual server that took the mail', heldBy);
        expect((await messagesOnDisk(lab)) === before, 'no delivery: otherwise nothing is tested');
        await untilHeldBy(lab, 'mail', /^mail$/, RETURN_LIMIT_S);
        await untilManaged(lab, RETURN_LIMIT_S);
        const taken_s = await untilInQueue(lab);
        process.stdout.write(`in the queue of the returned server ${taken_s.toFixed(1)} s after its virtual server was gone\n`);
      } finally {
        await lab.exec('files', 'rm', '-f', `${HOME}/.forward`);
      }
      // What an operator says who has repaired this; without it postfix tries again after some minutes.
      await lab.exec('mail', 'postqueue', '-f');
      const found = await kept.read(mail);
      expect(mail.length === 1 && found[0]?.copies === 1, 'the mail, once', found);
      await kept.remove([...first, ...mail]);
      const { stdout } = await lab.exec('files', 'sh', '-c', '[ ! -e /export/spool ] || find /export/spool -type f');
      expect(stdout.trim() === '', 'nothing left on the shared storage', stdout);
      await expectGeneratedFiles(lab);
    },
  },
];

function items(item: KeptItem | undefined): readonly KeptItem[] {
  return item === undefined ? [] : [item];
}

async function messagesOnDisk(lab: LabUnderTest): Promise<number> {
  const { stdout } = await lab.exec('files', 'sh', '-c', `find ${HOME}/Maildir/new ${HOME}/Maildir/cur -type f | wc -l`);
  return Number(stdout.trim());
}

/** @returns how long it took, in seconds */
async function untilInQueue(lab: LabUnderTest): Promise<number> {
  const started_ms = performance.now();
  for (;;) {
    const passed_s = (performance.now() - started_ms) / 1000;
    const { stdout } = await lab.exec('mail', 'postqueue', '-j');
    if (stdout.includes('alice@')) return passed_s;
    if (passed_s > TAKEN_UP_LIMIT_S) {
      const { stdout: left } = await lab.exec('files', 'sh', '-c', 'find /export/spool | head -20');
      throw new Error(`the mail is not in the queue of the returned server; on the shared storage: ${left}`);
    }
    await pause(1000);
  }
}

/** Every delivery to alice ends with a temporary failure (EX_TEMPFAIL), as to a mailbox that is full or a filter that is out of order. */
async function failDeliveries(lab: LabUnderTest): Promise<void> {
  const file = `${HOME}/.forward`;
  await lab.exec('files', 'sh', '-c', `echo '"|exit 75"' >${file} && chown --reference=${HOME} ${file}`);
}
