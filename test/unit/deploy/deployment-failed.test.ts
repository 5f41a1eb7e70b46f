import { expect, test } from '@jest/globals';
import type { AnsibleEvent } from '../../../cli/src/deploy/ansible-events.ts';
import { deploymentFailed } from '../../../cli/src/deploy/deployment-failed.ts';
import { BrokenError, UserError } from '../../../cli/src/errors.ts';

type Failure = Extract<AnsibleEvent, { kind: 'result' }>;

function failure(host: string, rest: Partial<Failure> = {}): Failure {
  return { kind: 'result', host, task: 'Copy', outcome: 'failed', message: 'no space', told: undefined, ...rest };
}

test('each host is named with the step that failed', () => {
  const error = deploymentFailed([failure('ftp'), failure('mail', { outcome: 'unreachable', message: 'no route' })], '/state/log');
  expect(error).toBeInstanceOf(BrokenError);
  expect(error.message).toBe(
    'deployment failed\n  ftp: step "Copy" failed: no space\n  mail: not reachable by ssh at step "Copy": no route',
  );
  expect(error.hint).toBe(
    'Bring mail up or back to the SEM network, then run the same command again: it continues. All steps are in /state/log.',
  );
});

test('a failure of which nobody says what to do is for the user to repair', () => {
  expect(deploymentFailed([failure('ftp')], '/state/log').hint).toMatch(/^Repair what the lines above say, then run/);
});

test('what the user did wrong is the user’s to mend, with the next step that was told', () => {
  const told = { kind: 'user', hint: 'put it into keys/fencing/rack1.' } as const;
  const error = deploymentFailed([failure('localhost', { told }), failure('localhost', { told })], '/state/log');
  expect(error).toBeInstanceOf(UserError);
  expect(error.hint).toBe('put it into keys/fencing/rack1, then run the same command again: it continues. All steps are in /state/log.');
});

test('one thing that broke makes it a breakage', () => {
  const told = { kind: 'user', hint: undefined } as const;
  expect(deploymentFailed([failure('localhost', { told }), failure('ftp')], '/state/log')).toBeInstanceOf(BrokenError);
});
