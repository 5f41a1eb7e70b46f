import { bannerOf, failover, greetWith, procedureOfFtp, restored, untilCaptured, untilReadyToFail, untilReturned } from './captured.ts';
import { expectGeneratedFiles } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';

export const procedureScenarios: readonly Scenario[] = [
  {
    name: 'changed-configuration',
    promise: 'a changed vsftpd.conf on ftp is in force on its virtual server at the next failover, with no operator action',
    needs: ['bootstrap'],
    run: async ({ lab }) => {
      const banner = `changed at ${String(Date.now())}`;
      const before = await untilCaptured(lab, () => true);
      try {
        await greetWith(lab, banner);
        const captured = await untilCaptured(lab, ({ version }) => version !== before.version);
        process.stdout.write(`version ${String(captured.version)}, ${String(captured.bytes)} bytes, on ${captured.on.join(' ')}\n`);
        await untilReadyToFail(lab);
        const heldBy = await failover(lab);
        expect((await bannerOf(lab)).includes(banner), `the new banner from ${heldBy}`, await bannerOf(lab));
        await untilReturned(lab);
        expect((await bannerOf(lab)).includes(banner), 'the new banner from ftp', await bannerOf(lab));
        await expectGeneratedFiles(lab);
        expect((await procedureOfFtp(lab)).version === captured.version, 'no other version by the failover and the return', captured);
      } finally {
        await restored(lab);
      }
    },
  },
];
