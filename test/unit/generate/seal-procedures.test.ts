import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseDatagramKeys } from '@dbss/agent/configuration/datagram-keys.ts';
import { type SealKeys, verifyProcedure } from '../../../agent/src/effects/procedure/sealed-procedure.ts';
import { generate } from '../../../cli/src/generate/generate.ts';
import { generateAll } from '../../../cli/src/generate/generate-all.ts';
import { readKeyMaterial, type KeyMaterial } from '../../../cli/src/generate/key-material.ts';
import { openProcedures, sealProceduresAnew } from '../../../cli/src/generate/seal-procedures.ts';
import type { Inventory } from '../../../cli/src/inventory/inventory.ts';
import { checkInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { statePaths } from '../../../cli/src/inventory/state-paths.ts';
import { createKeySet, readKeySet } from '../../../cli/src/keys/rotation/key-set.ts';
import { keysOfStep, type RotationStep } from '../../../cli/src/keys/rotation/rotation-steps.ts';
import { inventoryText } from '../inventory/made-inventory.ts';
import { TEMPLATES } from './materials.ts';

const SERVERS = ['mail', 'ftp', 'login'];
let directory: string;
let inventory: Inventory;
let paths: ReturnType<typeof statePaths>;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-seal-'));
  inventory = checkInventory(path.join(directory, 'ring.yml'), inventoryText(SERVERS));
  paths = statePaths(inventory.path);
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What `server` believes and signs by. */
function keysOf(
  server: string,
  { servers, caCertificate, procedureKeys }: Pick<KeyMaterial, 'servers' | 'caCertificate' | 'procedureKeys'>,
): SealKeys {
  const { certificate, key } = servers[server]!;
  const identity = { ca: Buffer.from(caCertificate), cert: Buffer.from(certificate), key: Buffer.from(key) };
  return { identity, secrets: parseDatagramKeys(procedureKeys) };
}

const lying = (server: string): Buffer => readFileSync(paths.procedure(server));

describe('generated installation procedure files', () => {
  test('cannot be read without the ring’s keys, and every server opens those of all', async () => {
    await generate(inventory);
    const material = await readKeyMaterial(inventory);
    for (const file of generateAll(inventory, material, TEMPLATES).filter(({ path: name }) => name.startsWith('procedures/'))) {
      const server = path.basename(file.path, '.procedure');
      expect(() => gunzipSync(lying(server))).toThrow();
      expect(statSync(paths.procedure(server)).mode & 0o777).toBe(0o600);
      for (const reader of SERVERS) {
        const { stamp, open } = verifyProcedure(lying(server), { cluster: inventory.cluster, server }, keysOf(reader, material));
        expect(open()).toEqual(file.content);
        expect(stamp.epoch).toBe(0);
      }
    }
    expect(readdirSync(paths.procedures).sort()).toEqual(SERVERS.map((server) => `${server}.procedure`).sort());
  });

  test('are the same bytes at a second generation, and sealed anew when one is damaged', async () => {
    await generate(inventory);
    const before = SERVERS.map(lying);
    expect((await generate(inventory)).changed).toEqual([]);
    expect(SERVERS.map(lying)).toEqual(before);
    writeFileSync(paths.procedure('ftp'), 'rubbish', { mode: 0o600 });
    expect((await generate(inventory)).changed).toEqual(['procedures/ftp.procedure']);
  });

  test('are sealed with the new keys before the old ones are forgotten', async () => {
    await generate(inventory);
    const [before, after] = [await readKeySet(paths, SERVERS), await createKeySet(inventory.cluster, SERVERS, new Date())];
    const material = (step: RotationStep): Parameters<typeof sealProceduresAnew>[2] => {
      const { authorities, procedureKeys, machines } = keysOfStep(step, before, after);
      return { caCertificate: authorities, procedureKeys, servers: machines };
    };
    const opens = (server: string, step: RotationStep): Buffer =>
      verifyProcedure(lying(server), { cluster: inventory.cluster, server }, keysOf('mail', material(step))).open();
    const archives = SERVERS.map((server) => opens(server, 'trust'));
    expect(() => opens('ftp', 'forget')).toThrow();
    const sealed = await sealProceduresAnew(inventory.cluster, paths.procedures, material('change'), SERVERS);
    expect(Object.keys(sealed).sort()).toEqual([...SERVERS].sort());
    // Until all have taken the step, whoever has and whoever has not opens them; and so it is after the last one.
    for (const step of ['trust', 'change', 'forget'] as const) expect(SERVERS.map((server) => opens(server, step))).toEqual(archives);
    expect(await sealProceduresAnew(inventory.cluster, paths.procedures, material('change'), SERVERS)).toEqual(sealed);
  });

  test('that are not there, or not ours, are told before keys are changed: they would be lost with the old keys', async () => {
    await generate(inventory);
    const material = await readKeyMaterial(inventory);
    const none = path.join(directory, 'none');
    writeFileSync(paths.procedure('ftp'), 'rubbish');
    await expect(openProcedures(inventory.cluster, paths.procedures, material, SERVERS)).rejects.toThrow(
      'the generated installation procedure of ftp is not there, or not sealed with these keys',
    );
    await expect(openProcedures(inventory.cluster, none, material, SERVERS)).rejects.toThrow('of mail, ftp, login is not there');
    expect(lying('ftp').toString()).toBe('rubbish');
  });
});
