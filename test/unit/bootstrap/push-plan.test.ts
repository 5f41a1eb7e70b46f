import { expect, test } from '@jest/globals';
import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import { planPush } from '../../../cli/src/bootstrap/push-plan.ts';

const GENERATED: ManagementFiles = {
  group: '1 mail mail.dat\n2 ftp ftp.dat\n3 web1 web1.dat\n',
  operation: 'mail ftp ftp.dat\nftp web1 web1.dat\nweb1 mail mail.dat\n',
  separation: '',
  heartbeat: '',
  problem: '',
  data: { 'ftp.dat': 'ftp data\n', 'mail.dat': 'mail data\n', 'web1.dat': 'web1 data\n' },
};

function status(server: string, executor: AgentStatus['executor'], files: ManagementFiles | undefined): AgentStatus {
  return {
    server,
    cluster: 'test',
    executor,
    boot_id: 'b',
    files,
    dbss: [],
    holds: [],
    standby: { state: 'suspended', target: undefined },
    internal: { network: true, services: {} },
    remaining: undefined,
  };
}

test('files and flag are pushed when no server runs the management program', () => {
  const statuses = [
    status('mail', 'waiting-for-files', undefined),
    status('ftp', 'waiting-for-flag', GENERATED),
    status('web1', 'waiting-for-files', undefined),
  ];
  expect(planPush(GENERATED, statuses)).toEqual({ kind: 'push' });
});

test('the files of a running ring are left alone, also while a server is separated', () => {
  const separated = {
    ...GENERATED,
    group: '1 mail mail.dat\n3 web1 web1.dat\n',
    separation: '2 ftp ftp.dat\n',
    problem: 'ftpb ftp web1\n',
  };
  const statuses = [
    status('mail', 'running', separated),
    status('ftp', 'waiting-for-files', undefined),
    status('web1', 'running', separated),
  ];
  expect(planPush(GENERATED, statuses)).toEqual({ kind: 'leave', waiting: ['ftp'] });
});

test('a running ring with other members is told of, by server and record', () => {
  const statuses = [status('mail', 'running', { ...GENERATED, group: '1 mail mail.dat\n2 ftp ftp.dat\n' })];
  expect(planPush(GENERATED, statuses)).toEqual({ kind: 'members-differ', differences: ['mail does not know "3 web1 web1.dat"'] });
});

test('a running ring with other management data is told of', () => {
  const statuses = [status('mail', 'running', { ...GENERATED, data: { ...GENERATED.data, 'ftp.dat': 'older\n' } })];
  expect(planPush(GENERATED, statuses)).toEqual({ kind: 'members-differ', differences: ['mail has another ftp.dat'] });
});
