import { commandIn } from '../../../cli/src/lab/typed-command.ts';

test('the command of lab exec is what was typed after --, whatever of it is a flag of ours, too', () => {
  const command = ['curl', '-s', '-i', 'http://198.18.0.113/', '--', 'client'];
  expect(commandIn(['-i', 'lab.yml', 'client', '--', ...command], 'client')).toEqual(command);
  expect(commandIn(['client', '-i', 'lab.yml', '--', ...command], 'client')).toEqual(command);
});

test('where -- stands before the host, or nowhere, the host is not taken for the command', () => {
  expect(commandIn(['--', 'ftp', 'ls', '/'], 'ftp')).toBeUndefined();
  expect(commandIn(['ftp', 'ls', '/'], 'ftp')).toBeUndefined();
});
