import { describeResult, describeRun } from '../../../cli/src/experiment/describe-run.ts';
import { casesOf, requireServers } from '../../../cli/src/experiment/run-experiment.ts';
import { labInventory } from '../inventory/lab-inventory.ts';
import { failureRecord } from './made-record.ts';

test('progress tells which run of how many, and when the last one will have ended', () => {
  const run = { case: 'Nt', method: 'ring', index: 2 };
  expect(describeRun(run, { total: 20, left: 18, end: new Date(2026, 10, 22, 21, 45) })).toBe(
    'run 3 of 20: Nt, method ring, number 2; the last one ends about 21:45',
  );
});

test('what went wrong in a run is told at once', () => {
  const record = failureRecord([{ server: 'ftp', back_s: 500 }], { troubles: ['the log of web2 was not read: timeout'] });
  expect(describeResult(record)).toEqual([
    'ftp: client without service for good; function recovered 4.05 s, server recovered 81.66 s after the detection',
    'went wrong: the client of ftp was not served at the end',
    'went wrong: the log of web2 was not read: timeout',
  ]);
});

test('§5.3: one server fails in two ways, two servers in four, three in one', () => {
  expect(casesOf('table2-one').map(({ name }) => name)).toEqual(['St', 'Nt']);
  expect(casesOf('table2-two').map(({ name }) => name)).toEqual(['St-St', 'St-Nt', 'Nt-St', 'Nt-Nt']);
  expect(casesOf('fig15').map(({ faults }) => faults.map(({ server }) => server))).toEqual([['mail', 'ftp', 'web1']]);
});

test('an inventory without a server of the experiment, or without a lab, is refused', () => {
  const lab = labInventory();
  const without = { ...lab, servers: lab.servers.filter(({ name }) => name !== 'web1') };
  expect(() => requireServers('table2-one', without)).not.toThrow();
  expect(() => requireServers('fig15', without)).toThrow('fig15 needs servers called web1');
  expect(() => requireServers('fig15', { ...lab, lab: undefined })).toThrow('this inventory has no lab');
});
