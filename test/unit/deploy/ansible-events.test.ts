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

test('a failed dbssctl below a task says itself what is wrong and what to do', () => {
  const error = {
    kind: 'user',
    message: 'no secret of the fencing device rack1\nits file is missing',
    hint: 'Put it there.',
    causes: ['ENOENT'],
  };
  const event = {
    _event: 'v2_runner_on_failed',
    task: { name: 'Generate the files of this inventory' },
    hosts: { localhost: { failed: true, msg: 'non-zero return code', rc: 2, stderr: '', stdout: JSON.stringify({ error }, null, 2) } },
  };
  expect(parseAnsibleLine(line(event))).toMatchObject([
    {
      outcome: 'failed',
      message: 'no secret of the fencing device rack1 / its file is missing / because: ENOENT',
      told: { kind: 'user', hint: 'Put it there.' },
    },
  ]);
});

test('what another program writes to standard output is not taken for that', () => {
  const failed = (stdout: string): object => ({
    _event: 'v2_runner_on_failed',
    task: { name: 'Read' },
    hosts: { ftp: { failed: true, msg: 'non-zero return code', stdout } },
  });
  for (const stdout of [
    '',
    'null',
    '7',
    '{"error":"text"}',
    '{"error":{"kind":"other","message":"m"}}',
    '{"error":{"kind":"user"}}',
    '{',
  ]) {
    expect(parseAnsibleLine(line(failed(stdout)))).toEqual([
      { kind: 'result', host: 'ftp', task: 'Read', outcome: 'failed', message: 'non-zero return code' },
    ]);
  }
});

test('statistics at the end count changes by host', () => {
  const event = { _event: 'v2_playbook_on_stats', stats: { ftp: { ok: 20, changed: 3, failures: 0, unreachable: 0, skipped: 2 } } };
  expect(parseAnsibleLine(line(event))).toEqual([{ kind: 'stats', hosts: { ftp: { ok: 20, changed: 3, failed: 0, unreachable: 0 } } }]);
});

test('lines that are not of the callback tell nothing', () => {
  expect(parseAnsibleLine('[WARNING]: something')).toEqual([]);
  expect(parseAnsibleLine('{broken')).toEqual([]);
});
