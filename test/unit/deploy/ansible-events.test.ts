import { expect, test } from '@jest/globals';
import { parseAnsibleLine } from '../../../cli/src/deploy/ansible-events.ts';

const line = (event: object): string => JSON.stringify(event);

test('a started task is told by its name', () => {
  expect(parseAnsibleLine(line({ _event: 'v2_playbook_on_task_start', task: { name: 'agent : Copy Node' }, hosts: {} }))).toEqual([
    { kind: 'task', task: 'agent : Copy Node' },
  ]);
});

test('a result tells host, task and whether something changed', () => {
  const event = { _event: 'v2_runner_on_ok', task: { name: 'Copy Node' }, hosts: { ftp: { changed: true } } };
  expect(parseAnsibleLine(line(event))).toEqual([
    { kind: 'result', host: 'ftp', task: 'Copy Node', outcome: 'changed', message: undefined },
  ]);
});

test('a failure tells why in one line, with what the program wrote to standard error', () => {
  const event = {
    _event: 'v2_runner_on_failed',
    task: { name: 'Run the daemons' },
    hosts: { ftp: { failed: true, msg: 'Unable to start', stderr: 'no such unit\nvsftpd\n' } },
  };
  expect(parseAnsibleLine(line(event))).toMatchObject([{ outcome: 'failed', message: 'Unable to start: no such unit / vsftpd' }]);
});

test('a failed loop tells of the item that failed', () => {
  const event = {
    _event: 'v2_runner_on_failed',
    task: { name: 'Run the daemons' },
    hosts: {
      mail: {
        msg: 'One or more items failed',
        results: [
          { failed: false, msg: 'fine' },
          { failed: true, msg: 'dovecot is masked' },
        ],
      },
    },
  };
  expect(parseAnsibleLine(line(event))).toMatchObject([{ outcome: 'failed', message: 'dovecot is masked' }]);
});

test('statistics at the end count changes by host', () => {
  const event = { _event: 'v2_playbook_on_stats', stats: { ftp: { ok: 20, changed: 3, failures: 0, unreachable: 0, skipped: 2 } } };
  expect(parseAnsibleLine(line(event))).toEqual([{ kind: 'stats', hosts: { ftp: { ok: 20, changed: 3, failed: 0, unreachable: 0 } } }]);
});

test('lines that are not of the callback tell nothing', () => {
  expect(parseAnsibleLine('[WARNING]: something')).toEqual([]);
  expect(parseAnsibleLine('{broken')).toEqual([]);
});
