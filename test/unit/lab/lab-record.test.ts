import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LabMachineSpec } from '../../../cli/src/lab/lab-machines.ts';
import { recordedMachines, recordMachine } from '../../../cli/src/lab/lab-record.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-lab-record-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function machine(name: string, mac: string): LabMachineSpec {
  return { name, mac, names: { runDirectory: path.join(directory, 'machines', name) } } as LabMachineSpec;
}

test('machines that were written down are found again, by name', async () => {
  await recordMachine(machine('web1', '02:00:00:00:00:02'));
  await recordMachine(machine('ftp', '02:00:00:00:00:01'));
  expect(recordedMachines(directory).map(({ name }) => name)).toEqual(['ftp', 'web1']);
});

test('a record is replaced as a whole: who reads it meanwhile, or finds it after a kill, has the old one or the new one', async () => {
  await recordMachine(machine('ftp', '02:00:00:00:00:01'));
  const open = openSync(path.join(directory, 'machines/ftp/machine.json'), 'r');
  await recordMachine(machine('ftp', '02:00:00:00:00:09'));
  expect(JSON.parse(readFileSync(open, 'utf8'))).toMatchObject({ mac: '02:00:00:00:00:01' });
  closeSync(open);
  expect(recordedMachines(directory)).toMatchObject([{ mac: '02:00:00:00:00:09' }]);
});
