import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadInventory } from '../../cli/src/inventory/load-inventory.ts';
import { describeLab, findMachine } from '../../cli/src/lab/lab-machines.ts';
import type { LabUnderTest } from './lab-under-test.ts';
import { untilHeldBy, untilManaged } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

const USER_ERROR_EXIT_CODE = 2;
const MANAGED_LIMIT_S = 120;
/** The creation of a virtual server, the wait for the restart, the boot, the way back. */
const RETURN_LIMIT_S = 240;
/** A voter is added when the leases under the voters before it are over. */
const VOTERS_LIMIT_S = 60;

const NEWCOMER = `        cellar:
          ansible_host: 198.18.9.24
          dbss_real_ip: 198.18.8.24
          dbss_virtual_ip: 198.18.8.124
          dbss_virtual_server_ip: 198.18.8.224
          dbss_mac: "02:db:55:00:08:24"
          dbss_type: NETWORK
          dbss_memory_mb: 1536
          dbss_services: [{ daemon: vsftpd }]
`;

export const changedMembersScenarios: readonly Scenario[] = [
  {
    name: 'changed-members',
    promise:
      'a server is added to a running ring and taken away again, and no client of the others feels it; what was added is served when it fails',
    needs: [],
    onlyByName: true,
    run: async ({ small }) => {
      await small.mustRun('bootstrap', small.inventory);
      await untilManaged(small, MANAGED_LIMIT_S);
      const without = readFileSync(small.inventory, 'utf8');
      small.edit(/(?=^ {4}# Votes with the servers)/m, NEWCOMER);
      await expectRefused(small);
      expectUnfelt(await watched(small, () => replaceFiles(small, ['www', 'drop', 'shell', 'cellar'])));
      await small.mustRun('lab', 'power', 'cellar', 'off');
      await untilHeldBy(small, 'cellar', /^cellarb@/, MANAGED_LIMIT_S);
      await untilManaged(small, RETURN_LIMIT_S);

      await small.exec('cellar', 'systemctl', 'disable', '--now', 'dbss-agent.service');
      await small.mustRun('lab', 'power', 'cellar', 'off');
      writeFileSync(small.inventory, without);
      await expectRefused(small);
      expectUnfelt(await watched(small, () => replaceFiles(small, ['www', 'drop', 'shell'])));
      await small.mustRun('lab', 'down');
    },
  },
  {
    name: 'new-disk',
    promise: 'a separated server gets a new disk and a bootstrap: it returns like one that was repaired, as another voter',
    needs: [],
    onlyByName: true,
    run: async ({ small }) => {
      await small.mustRun('bootstrap', small.inventory);
      await untilManaged(small, MANAGED_LIMIT_S);
      const before = await voterOf(small, 'drop');
      for (const network of ['service', 'sem']) await small.mustRun('lab', 'link', 'drop', network, 'down');
      await small.mustRun('lab', 'power', 'drop', 'off');
      await small.untilRing(
        'drop separated and served',
        ({ servers }) =>
          servers.some(({ name, state, heldBy }) => name === 'drop' && state === 'separated' && heldBy?.startsWith('dropb@') === true),
        RETURN_LIMIT_S,
      );
      await removeDisk(small, 'drop');
      const seen = await watched(small, async () => {
        await small.mustRun('bootstrap', small.inventory);
        await untilManaged(small, RETURN_LIMIT_S);
      });
      expectOneAnswer(seen);
      expectReachable(seen, ['drop']);
      await untilVoters(small, ['www', 'drop', 'shell', 'store']);
      const after = await voterOf(small, 'drop');
      expect(before !== after, 'another voter', after);
      await small.mustRun('lab', 'down');
    },
  },
];

/** The lab installs a machine anew whose disk has no mark of being finished. */
async function removeDisk(lab: LabUnderTest, server: string): Promise<void> {
  const { names } = findMachine(describeLab(await loadInventory(lab.inventory)), server);
  rmSync(path.join(path.dirname(names.upper), 'installed'));
}

/** The identity that was made with the disk. */
async function voterOf(lab: LabUnderTest, server: string): Promise<string> {
  const document = JSON.parse((await lab.exec(server, 'cat', '/var/lib/dbss/voter/document.json')).stdout) as { readonly uuid: string };
  return document.uuid;
}

/** Another ring is not put in the place of one that runs because somebody edited a file. */
async function expectRefused(lab: LabUnderTest): Promise<void> {
  const { exitCode, stdout, stderr } = await lab.dbssctl('bootstrap', lab.inventory);
  const refused = exitCode === USER_ERROR_EXIT_CODE && stderr.includes('--replace-files');
  expect(refused, 'bootstrap refused with the way to do it', `exit code ${String(exitCode)}: ${stdout.slice(-2000)} ${stderr}`);
}

async function replaceFiles(lab: LabUnderTest, servers: readonly string[]): Promise<void> {
  await lab.mustRun('bootstrap', '--replace-files', lab.inventory);
  await untilManaged(lab, MANAGED_LIMIT_S);
  await untilVoters(lab, [...servers, 'store']);
}

async function untilVoters(lab: LabUnderTest, names: readonly string[]): Promise<void> {
  const members = [...names].sort().join(' ');
  const voting = ({ voters }: Awaited<ReturnType<LabUnderTest['ring']>>): string =>
    (voters?.voters ?? [])
      .map(({ name }) => name)
      .sort()
      .join(' ');
  await lab.untilRing(`the voters are ${members}`, (ring) => voting(ring) === members, VOTERS_LIMIT_S);
}

function expectUnfelt(seen: Awaited<ReturnType<typeof watched>>): void {
  expectOneAnswer(seen);
  expectReachable(seen, ['cellar']);
}
