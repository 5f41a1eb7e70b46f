import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { parseDatagramKeys } from '@dbss/agent/configuration/datagram-keys.ts';
import { checkInventory } from '../../../cli/src/inventory/load-inventory.ts';
import type { Inventory } from '../../../cli/src/inventory/inventory.ts';
import { statePaths } from '../../../cli/src/inventory/state-paths.ts';
import { ensureKeys } from '../../../cli/src/keys/ensure-keys.ts';
import { completeKeySet, createKeySet, type KeySet, readKeySet } from '../../../cli/src/keys/rotation/key-set.ts';
import { endRotation, readRotation, writeRotation } from '../../../cli/src/keys/rotation/rotation-record.ts';
import {
  isInForce,
  keysOfMachine,
  keysOfStep,
  reportOf,
  ROTATION_STEPS,
  type MachineKeys,
  type RotationStep,
} from '../../../cli/src/keys/rotation/rotation-steps.ts';
import { inventoryText } from '../inventory/made-inventory.ts';

// Each makes a whole set of keys, with ssh-keygen and on a machine that may be busy.
jest.setTimeout(30_000);

const MACHINES = ['mail', 'ftp'];
let before: KeySet;
let after: KeySet;

beforeAll(async () => {
  before = await createKeySet('lab', MACHINES, new Date());
  after = await createKeySet('lab', MACHINES, new Date());
});

function keysIn(step: RotationStep, machine: string): MachineKeys {
  return keysOfMachine(keysOfStep(step, before, after), machine);
}

/** Whether what one machine sends is believed by another. */
function believes(listener: MachineKeys, sender: MachineKeys): boolean {
  const certificate = new X509Certificate(sender.own.certificate);
  const authorities = listener.authorities.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
  const { signing } = parseDatagramKeys(sender.datagramKeys);
  return (
    authorities.some(
      (pem) => certificate.checkIssued(new X509Certificate(pem)) && certificate.verify(new X509Certificate(pem).publicKey),
    ) &&
    parseDatagramKeys(listener.datagramKeys).believed.some((key) => key.equals(signing)) &&
    parseDatagramKeys(listener.procedureKeys ?? '').believed.some((key) =>
      key.equals(parseDatagramKeys(sender.procedureKeys ?? '').signing),
    )
  );
}

describe('machines in a rotation of the keys', () => {
  test.each([
    ['trust', 'trust'],
    ['trust', 'change'],
    ['change', 'change'],
    ['change', 'forget'],
    ['forget', 'forget'],
  ] as const)('understand each other in the steps %s and %s', (one, other) => {
    expect(believes(keysIn(one, 'mail'), keysIn(other, 'ftp'))).toBe(true);
    expect(believes(keysIn(other, 'ftp'), keysIn(one, 'mail'))).toBe(true);
  });

  test('do not two steps apart: so nobody takes a step before all have taken the one before', () => {
    expect(believes(keysIn('forget', 'mail'), keysIn('trust', 'ftp'))).toBe(false);
  });

  test('tell by their report which step is in force', () => {
    for (const step of ROTATION_STEPS) {
      const report = { ...reportOf(keysIn(step, 'mail')), valid_until_unix_s: 0 };
      expect(ROTATION_STEPS.filter((other) => isInForce(keysIn(other, 'mail'), report))).toEqual([step]);
      expect(isInForce(keysIn(step, 'ftp'), report)).toBe(false);
    }
  });

  test('have authorities of different names, and one that came late gets a certificate of the same authority', async () => {
    const subject = (set: KeySet): string => new X509Certificate(set.authority.certificate).subject;
    expect(subject(before)).not.toBe(subject(after));
    const completed = await completeKeySet(before, [...MACHINES, 'web1'], new Date());
    expect(completed.machines['mail']).toBe(before.machines['mail']);
    const certificate = new X509Certificate(completed.machines['web1']?.certificate ?? '');
    expect(certificate.verify(new X509Certificate(before.authority.certificate).publicKey)).toBe(true);
  });
});

test('a witness gets no key of installation procedures, in no step', () => {
  for (const step of ROTATION_STEPS) {
    const own = keysOfMachine(keysOfStep(step, before, after), 'ftp', 'ftp');
    expect(own.procedureKeys).toBeUndefined();
    expect(reportOf(own).procedureKeys).toEqual([]);
  }
});

describe('the keys beside the inventory', () => {
  let directory: string;
  let inventory: Inventory;
  let paths: ReturnType<typeof statePaths>;

  beforeEach(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'dbss-rotation-'));
    inventory = checkInventory(path.join(directory, 'made.yml'), inventoryText(['mail', 'ftp']));
    paths = statePaths(inventory.path);
    await ensureKeys(inventory);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const begin = async (step: RotationStep): Promise<void> => {
    const machines = inventory.servers.map(({ name }) => name);
    const old = await readKeySet(paths, machines);
    await writeRotation(paths, { format: 1, begun: 'now', step, before: old, after: await createKeySet('lab', machines, new Date()) });
  };
  const everything = (): string[] =>
    [
      ...[paths.caCertificate, paths.caKey, paths.datagramKeys, paths.procedureKeys],
      ...[paths.serverCertificate('ftp'), paths.serverKey('ftp')],
    ].map((file) => readFileSync(file, 'latin1'));

  test.each(ROTATION_STEPS)('are left alone by dbssctl generate in the step "%s"', async (step) => {
    await begin(step);
    const keys = everything();
    expect(await ensureKeys(inventory)).toEqual([]);
    expect(everything()).toEqual(keys);
  });

  test('come to the step that was broken off, also between two of its files: no CA is made that nobody believes', async () => {
    await begin('change');
    const keys = everything();
    writeFileSync(paths.caKey, (await readRotation(paths))?.before.authority.key ?? '');
    writeFileSync(paths.datagramKeys, (await readRotation(paths))?.before.datagramKey ?? '');
    expect(await ensureKeys(inventory)).toEqual([]);
    expect(everything()).toEqual(keys);
  });

  test('are open to their owner alone while they are changed, and the old ones are gone at the end', async () => {
    await begin('forget');
    expect([paths.rotation, paths.caKey, paths.serverKey('ftp')].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    await endRotation(paths);
    expect(await readRotation(paths)).toBeUndefined();
    expect(await ensureKeys(inventory)).toEqual([]);
  });

  test('are not touched when the record of the rotation is damaged', async () => {
    writeFileSync(paths.rotation, '{');
    const keys = everything();
    await expect(ensureKeys(inventory)).rejects.toMatchObject({ message: `${paths.rotation}: is damaged` });
    expect(everything()).toEqual(keys);
  });
});
