import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runPlaybook, type PlaybookResult } from '../../../cli/src/deploy/run-playbook.ts';

const STATS =
  '{"_event":"v2_playbook_on_stats","stats":{"ftp":{"ok":3,"changed":0,"unreachable":0,"failures":0,"skipped":0,"rescued":0,"ignored":0}}}';
const present = process.env['PATH'];
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-playbook-'));
  const program = path.join(directory, 'ansible-playbook');
  writeFileSync(program, `#!/bin/sh\necho 'a warning'\necho '${STATS}'\ntouch ${directory}/ended\n`);
  chmodSync(program, 0o755);
  process.env['PATH'] = `${directory}:${present ?? ''}`;
});
afterEach(() => {
  process.env['PATH'] = present;
  rmSync(directory, { recursive: true });
});

async function run(logFile: string): Promise<PlaybookResult> {
  const nothing = { extraVars: {}, skipTags: [], environment: {}, onEvent: () => undefined };
  return runPlaybook({
    ...nothing,
    root: directory,
    inventory: 'lab.yml',
    playbook: 'site.yml',
    logFile,
    signal: new AbortController().signal,
  });
}

test('what Ansible says beside its events is in the log', async () => {
  const log = path.join(directory, 'log');
  expect((await run(log)).hosts['ftp']).toMatchObject({ changed: 0 });
  expect(readFileSync(log, 'utf8')).toContain('a warning');
});

test('a log that cannot be written does not break Ansible off, and is told when it has ended', async () => {
  const { hosts, logProblem } = await run('/dev/full');
  expect(hosts['ftp']).toMatchObject({ changed: 0 });
  expect(logProblem?.message).toContain('ENOSPC');
  expect(readFileSync(path.join(directory, 'ended'), 'utf8')).toBe('');
});
