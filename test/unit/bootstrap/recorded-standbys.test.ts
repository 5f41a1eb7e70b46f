import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readBootstrapRecord, writeBootstrapRecord } from '../../../cli/src/bootstrap/bootstrap-record.ts';
import { prepareRecordedStandbys, renewStandbys } from '../../../cli/src/bootstrap/recorded-standbys.ts';
import type { StandbyPreparation } from '../../../cli/src/bootstrap/recorded-standbys.ts';
import { BrokenError } from '../../../cli/src/errors.ts';
import { Agents } from './made-agents.ts';

const IMAGE = createHash('sha256').update('{"hash":"new"}').digest('hex');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-standbys-'));
  mkdirSync(path.join(directory, 'original-server'));
  writeFileSync(path.join(directory, 'original-server', 'image.json'), '{"hash":"new"}');
});
afterEach(() => rmSync(directory, { recursive: true }));

function preparation(servers: readonly string[], limit_ms = 1_000): StandbyPreparation {
  const paths = { bootstrap: path.join(directory, 'bootstrap.json'), originalServer: path.join(directory, 'original-server') };
  return { paths, servers, limit_ms, every_ms: 0, signal: new AbortController().signal, onProgress: () => undefined };
}

const recorded = async (): Promise<Readonly<Record<string, string>>> =>
  (await readBootstrapRecord(path.join(directory, 'bootstrap.json'))).standbys;

function record(standbys: Readonly<Record<string, string>>): Promise<void> {
  return writeBootstrapRecord(path.join(directory, 'bootstrap.json'), { format: 1, standbys, finished: undefined });
}

test('after a record that was removed each standby that is there is made anew', async () => {
  const agents = new Agents({ ftp: ['suspended'], mail: ['serving'] });
  expect(await prepareRecordedStandbys(agents, preparation(['ftp', 'mail']))).toEqual(['ftp']);
  expect(agents.resets).toEqual(['ftp']);
  expect(await recorded()).toEqual({ ftp: IMAGE });
});

test('a second preparation makes nothing anew', async () => {
  await record({ ftp: IMAGE, mail: IMAGE });
  const agents = new Agents({ ftp: ['suspended'], mail: ['suspended'] });
  await prepareRecordedStandbys(agents, preparation(['ftp', 'mail']));
  expect(agents.resets).toEqual([]);
});

test('one that ran out of time goes on where it was: what was made anew is not made again', async () => {
  const first = prepareRecordedStandbys(new Agents({ ftp: ['suspended'], mail: [] }), preparation(['ftp', 'mail'], 0));
  await expect(first).rejects.toThrow(BrokenError);
  expect(await recorded()).toEqual({ ftp: IMAGE });
  const agents = new Agents({ ftp: ['suspended'], mail: ['suspended'] });
  await prepareRecordedStandbys(agents, preparation(['ftp', 'mail']));
  expect(agents.resets).toEqual(['mail']);
});

test('a deployment that brought another original server makes the standbys of the older one anew', async () => {
  await record({ ftp: 'old', mail: IMAGE, web1: 'old' });
  const agents = new Agents({ ftp: ['suspended'], mail: ['suspended'], web1: ['serving'] });
  expect(await renewStandbys(agents, preparation(['ftp', 'mail', 'web1']))).toEqual({ renewed: ['ftp'], serving: ['web1'] });
  expect(agents.resets).toEqual(['ftp']);
  expect(await recorded()).toEqual({ ftp: IMAGE, mail: IMAGE, web1: 'old' });
});

test('it makes one after the other, and one that does not come keeps no other server from its own', async () => {
  await record({ ftp: 'old', mail: 'old' });
  const agents = new Agents({ ftp: ['suspended'], mail: [] });
  await expect(renewStandbys(agents, preparation(['mail', 'ftp'], 50))).rejects.toThrow('mail: its standby is unknown');
  expect(agents.resets).toEqual(['ftp']);
  expect(await recorded()).toEqual({ ftp: IMAGE, mail: 'old' });
});

test('a deployment to servers that were never bootstrapped asks nobody for a standby', async () => {
  const silent = new Agents({});
  rmSync(path.join(directory, 'original-server', 'image.json'));
  expect(await renewStandbys(silent, preparation(['ftp', 'mail'], 0))).toEqual({ renewed: [], serving: [] });
  await record({ gone: 'old' });
  expect(await renewStandbys(silent, preparation(['ftp', 'mail'], 0))).toEqual({ renewed: [], serving: [] });
});
