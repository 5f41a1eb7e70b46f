import { CLIError, ModuleLoadError } from '@oclif/core/errors';
import { describeFailure, failureJson, renderFailure } from '../../../cli/src/commands-base/failure.ts';
import { BrokenError, UserError } from '../../../cli/src/errors.ts';

test('what the user did wrong is told with the next step, without a stack, and ends with 2', () => {
  const failure = describeFailure(new UserError('lab.yml does not exist', { hint: 'give the path of an inventory' }), 'validate');
  expect(renderFailure(failure)).toBe('Error: lab.yml does not exist\nNext step: give the path of an inventory');
  expect(failure.exitCode).toBe(2);
});

test('what broke is told with all its causes and ends with 1', () => {
  const cause = new Error('exit code 32', { cause: new Error('no such device') });
  const failure = describeFailure(new BrokenError('host ftp, step mount: failed', { hint: 'look at dmesg', cause }), 'bootstrap');
  expect(renderFailure(failure)).toBe(
    'Error: host ftp, step mount: failed\n  because: exit code 32\n  because: no such device\nNext step: look at dmesg',
  );
  expect(failure.exitCode).toBe(1);
});

test('what nobody foresaw is told with its stack and ends with 1', () => {
  const failure = describeFailure(new TypeError('x is not a function'), 'generate');
  expect(renderFailure(failure)).toMatch(/^Unexpected error: TypeError: x is not a function\n {4}at .*failure\.test\.ts/);
  expect(failure).toMatchObject({ kind: 'unexpected', exitCode: 1 });
});

test('a value that is no error and was thrown is told too', () => {
  expect(describeFailure('gone', 'generate')).toMatchObject({ kind: 'unexpected', message: 'gone', exitCode: 1 });
});

test('a wrong command line points to the help of its command and ends with 2', () => {
  const failure = describeFailure(new CLIError('Nonexistent flag: --bad\nSee more help with --help'), 'lab up');
  expect(renderFailure(failure)).toBe('Error: Nonexistent flag: --bad\nNext step: dbssctl lab up --help shows how it is called');
  expect(failure.exitCode).toBe(2);
});

test('a file of dbssctl that cannot be loaded is a defect, not a wrong command line', () => {
  expect(describeFailure(new ModuleLoadError('failed to load up.js'), 'lab up')).toMatchObject({ kind: 'unexpected', exitCode: 1 });
});

test('JSON has kind, message, hint and the problems one by one, and nothing empty', () => {
  const error = Object.assign(new UserError('2 problems'), { problems: [{ line: 3 }, { line: 9 }] });
  expect(failureJson(describeFailure(error, 'validate'))).toEqual({
    error: { kind: 'user', message: '2 problems', problems: [{ line: 3 }, { line: 9 }] },
  });
});
