import type { ProcedureStamp } from '@dbss/agent/protocol/procedure/procedure-stamp.ts';
import type { ProcedureStatus } from '@dbss/agent/protocol/procedure/procedure-status.ts';
import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import { describeCapture } from '../../../cli/src/inspect/describe-capture.ts';
import type { ServerAnswer } from '../../../cli/src/inspect/merge-ring.ts';
import { mergeProcedures, type ProceduresView } from '../../../cli/src/inspect/procedures-view.ts';
import { renderProcedures } from '../../../cli/src/inspect/render-procedures.ts';

const stamp = (server: string, epoch: number): ProcedureStamp => ({
  server,
  epoch,
  digest: `d${String(epoch)}`,
  seal: 's',
  bytes: 4_300,
  captured_unix_s: 1_700_000_000,
});

function answer(server: string, have: readonly ProcedureStamp[], changes: Partial<ProcedureStatus> = {}): [string, ServerAnswer] {
  const status: AgentStatus = {
    server,
    cluster: 'made',
    executor: 'running',
    boot_id: 'b',
    files: undefined,
    dbss: [],
    holds: [],
    standby: { state: 'suspended', target: undefined },
    internal: { network: true, services: {} },
    remaining: undefined,
    procedures: { listed: true, have, differences: [], unread: [], notices: [], troubles: [], ...changes },
  };
  return [server, { status }];
}

const merged = (...answers: [string, ServerAnswer][]): ProceduresView => mergeProcedures('made', ['mail', 'ftp'], new Map(answers));

test('the newest version that anybody has counts, and who lacks it is named', () => {
  const view = merged(answer('mail', [stamp('ftp', 3)]), answer('ftp', [stamp('ftp', 4), stamp('mail', 1)]));
  expect(view.procedures[1]).toMatchObject({ server: 'ftp', version: 4, bytes: 4_300, on: ['ftp'], missingOn: ['mail'] });
  expect(renderProcedures(view)).toMatch(/ftp +│ 4 .*│ 4\.2 KB │ ftp, not mail +│ as captured/);
});

test('a server that has captured nothing has the generated file, and one that is dead is not said to be in order', () => {
  const view = merged(answer('mail', [], { differences: ['/etc/everything'] }), ['ftp', { unreachable: 'ftp: no answer' }]);
  expect(view.procedures.map(({ version }) => version)).toEqual([null, null]);
  const text = renderProcedures(view);
  expect(text).toMatch(/mail +│ generated .*│ not captured yet/);
  expect(text).toMatch(/ftp +│ - .*│ unknown/);
  expect(text).toContain('No answer: ftp: no answer');
  expect(text).not.toContain('/etc/everything');
});

test('drift, what is not in use yet, a failed capture, remarks and troubles are told', () => {
  const text = renderProcedures(
    merged(
      answer('mail', [stamp('mail', 1)], {
        differences: ['/etc/aliases'],
        unread: ['postfix has not read it'],
        troubles: ['version 4 is bad'],
      }),
      answer('ftp', [stamp('ftp', 1)], { problem: 'the original server lacks x', notices: ['a remark'] }),
    ),
  );
  expect(text).toContain('changed, not in use yet');
  expect(text).toContain('cannot be captured');
  for (const line of [
    'mail: differs from its procedure: /etc/aliases',
    'mail: postfix has not read it',
    'mail says: version 4 is bad',
    'ftp: not captured: the original server lacks x',
    'ftp: note: a remark',
  ]) {
    expect(text).toContain(line);
  }
});

test('a capture is told with what went in', () => {
  const contents = {
    files: 4,
    packages: ['vsftpd'],
    users: ['alice'],
    groups: ['alice'],
    removed: ['etc/ftpusers'],
    notices: ['a remark'],
  };
  expect(describeCapture({ kind: 'captured', stamp: stamp('ftp', 4), contents })).toEqual([
    'ftp: version 4, 4.2 KB; every server gets it now',
    'files that the original server does not have as they are: 4',
    'files that it has and ftp has not: /etc/ftpusers',
    'packages needed, all in the original server: vsftpd',
    'users: alice; groups: alice',
    'note: a remark',
  ]);
});
