import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentMetrics } from '../../agent/src/protocol/metrics.ts';
import { loadInventory } from '../../cli/src/inventory/load-inventory.ts';
import { createAuthority, createServerCertificate, readAuthority } from '../../cli/src/keys/certificates.ts';
import type { LabUnderTest } from './lab-under-test.ts';
import { expectGeneratedFiles, untilManaged } from './managed-ring.ts';
import { abnormalities } from './normal.ts';
import { expect, type Scenario } from './scenario.ts';
import { expectOneAnswer, expectReachable, watched } from './watched.ts';

const TARGET = 'ftp';
const SEM_PORT = 7410;
const DATAGRAM_PORT = 7411;
const GARBAGE_BYTES = 100_000_000;
const STRANGERS = 20;
const CAPTURED = 40;
/** An idle agent has some 50 MB; less than what is poured into it, and no more however long that goes on. */
const MEMORY_MAX_MB = 140;
const PEAK_KB = "sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$(systemctl show -p MainPID --value dbss-agent)/status";
const SETTLED_LIMIT_S = 60;
const SCRIPT = path.join(import.meta.dirname, 'attacks/attack.py');

export const hostileScenarios: readonly Scenario[] = [
  {
    name: 'hostile',
    promise: 'garbage on every port, a wrong certificate, captured datagrams again: nothing changes, memory stays bounded, all is counted',
    needs: ['bootstrap'],
    run: async ({ lab }) => {
      await untilManaged(lab, SETTLED_LIMIT_S);
      const directory = mkdtempSync(path.join(tmpdir(), 'dbss-hostile-'));
      try {
        const before = await countsOf(lab);
        const seen = await watched(lab, () => attackAll(lab, directory));
        const after = await countsOf(lab);
        expectCounted(before, after);
        const peak_mb = Number((await lab.exec(TARGET, 'sh', '-c', PEAK_KB)).stdout) / 1024;
        process.stdout.write(`the agent needed ${peak_mb.toFixed(1)} MB at most\n`);
        expect(peak_mb < MEMORY_MAX_MB, `less than ${String(MEMORY_MAX_MB)} MB needed by the agent`, peak_mb);
        expectOneAnswer(seen);
        expectReachable(seen, []);
        await untilManaged(lab, SETTLED_LIMIT_S);
        await expectGeneratedFiles(lab);
        const found = await abnormalities(lab);
        expect(found.length === 0, 'everything normal', found);
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  },
];

/** From a machine on both networks that is no part of the ring. */
async function attackAll(lab: LabUnderTest, directory: string): Promise<void> {
  const { servers } = await loadInventory(lab.inventory);
  const target = servers.find(({ name }) => name === TARGET);
  expect(target !== undefined, `a server ${TARGET}`);
  const attack = async (...words: string[]): Promise<string> => {
    const { stdout } = await lab.exec('controller', 'python3', SCRIPT, ...words);
    process.stdout.write(`${words.slice(0, 3).join(' ')}: ${stdout.length < 200 ? stdout : ''}`);
    return stdout;
  };
  const size = String(GARBAGE_BYTES);
  await attack('pour-tcp', target.semAddress, String(SEM_PORT), size);
  for (const address of [target.semAddress, target.realIp]) await attack('pour-udp', address, String(DATAGRAM_PORT), size);
  await attack('stranger', target.semAddress, String(SEM_PORT), await strangersCertificate(directory), String(STRANGERS));
  // Whoever listens in on a cable hears what the server hears.
  const script = readFileSync(SCRIPT, 'utf8');
  const captured = path.join(directory, 'captured.json');
  const words = ['capture', target.semAddress, String(DATAGRAM_PORT), String(CAPTURED)];
  writeFileSync(captured, (await lab.exec(TARGET, 'python3', '-c', script, ...words)).stdout);
  await attack('replay', captured);
}

/** A certificate with the name of a member, of an authority that is not the cluster's. */
async function strangersCertificate(directory: string): Promise<string> {
  const now = new Date();
  const authority = await readAuthority(await createAuthority('stranger', now));
  const { certificate, key } = await createServerCertificate('mail', authority, now);
  const file = path.join(directory, 'stranger.pem');
  writeFileSync(file, `${certificate}\n${key}\n`, { mode: 0o600 });
  return file;
}

/** What the agent has refused, by metric and kind. */
async function countsOf(lab: LabUnderTest): Promise<ReadonlyMap<string, number>> {
  const { stdout } = await lab.mustRun('metrics', TARGET, '--json');
  const [answer] = JSON.parse(stdout) as { readonly metrics: AgentMetrics | null }[];
  const families = answer?.metrics?.families ?? [];
  return new Map(
    families.flatMap(({ name, samples }) => samples.map(({ labels, value }) => [`${name} ${labels['kind'] ?? ''}`, value] as const)),
  );
}

function expectCounted(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
  const counted = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  const refused = [...after.keys()].filter((name) => name.startsWith('dbss_sem_refused_total') || name.startsWith('dbss_datagrams_total'));
  process.stdout.write(`counted: ${refused.map((name) => `${name} ${String(counted(name))}`).join(', ')}\n`);
  expect(counted('dbss_sem_refused_total handshake refused') >= STRANGERS, 'each wrong certificate counted', [...after]);
  expect(counted('dbss_datagrams_total too many') > 0, 'a flood of datagrams counted', [...after]);
  expect(counted('dbss_datagrams_total replayed') >= CAPTURED, 'each repeated datagram counted', [...after]);
}
