import type { RingView } from '../../cli/src/inspect/ring-view.ts';
import { LabUnderTest } from './lab-under-test.ts';
import { untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { failAndRecover } from './section-4.ts';

const METHOD = /^( *dbss_method: ).*$/m;
const MANAGER = 'manager';
/** Boot, three intervals of hello, files, and the first examination. */
const BACK_LIMIT_S = 120;

/** The methods that the paper compares the ring with (§2.1, §2.3), on real servers. */
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
  {
    name: 'dedicated',
    promise:
      'a dedicated management server manages six others, recovers each on itself, and is managed by nobody; back from a power cut it manages them again',
    needs: [],
    onlyByName: true,
    run: async () => {
      const lab = new LabUnderTest('dedicated.yml');
      try {
        await lab.mustRun('bootstrap', lab.inventory);
        const { servers } = await lab.ring();
        const targets = servers.map(({ name }) => name).filter((name) => name !== MANAGER);
        for (const { name, managedBy, manages } of servers) {
          expect(
            name === MANAGER ? managedBy === null : managedBy === MANAGER && manages.length === 0,
            `${name} managed as it should be`,
            servers,
          );
        }
        for (const target of targets) await failAndRecover(lab, [target]);
        await lab.mustRun('lab', 'power', MANAGER, 'off');
        await lab.untilRing(`${MANAGER} gone`, (ring) => !ring.allManaged, 30);
        await lab.mustRun('lab', 'power', MANAGER, 'on');
        await untilManaged(lab, BACK_LIMIT_S);
        await failAndRecover(lab, ['ftp']);
      } finally {
        await lab.dbssctl('lab', 'down');
        lab.remove();
      }
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
