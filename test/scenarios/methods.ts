import type { RingView } from '../../cli/src/inspect/ring-view.ts';
import { untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { failAndRecover } from './section-4.ts';

const METHOD = /^( *dbss_method: ).*$/m;

/** The P2P method, with which the paper compares the ring (§2.3), on real servers. */
export const methodScenarios: readonly Scenario[] = [
  {
    name: 'p2p',
    promise:
      'P2P method: bootstrap switches the running ring; one server and three at once (Fig. 15) are recovered and return; and back to the ring',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }) => {
      const { inventory } = lab;
      lab.edit(METHOD, '$1p2p');
      try {
        await lab.mustRun('bootstrap', inventory);
        expectSecondManagers(await lab.ring(), 'one');
        await failAndRecover(lab, ['ftp']);
        await failAndRecover(lab, ['mail', 'ftp', 'web1']);
      } finally {
        lab.edit(METHOD, '$1ring');
        await lab.mustRun('bootstrap', inventory);
      }
      await untilManaged(lab, 60);
      expectSecondManagers(await lab.ring(), 'none');
    },
  },
];

function expectSecondManagers({ servers }: RingView, wanted: 'one' | 'none'): void {
  const count = wanted === 'one' ? 1 : 0;
  expect(
    servers.every(({ managesSecond }) => managesSecond.length === count),
    `each server to manage ${wanted} with priority 2`,
    servers.map(({ name, managesSecond }) => [name, managesSecond]),
  );
}
