import path from 'node:path';
import { Config } from '@oclif/core/config';
import { jest } from '@jest/globals';
import { DbssCommand } from '../../../cli/src/commands-base/dbss-command.ts';
import { UserError } from '../../../cli/src/errors.ts';

let config: Config;
let written: { stdout: string; stderr: string };

beforeAll(async () => {
  const root = path.resolve(import.meta.dirname, '../../../cli');
  config = await Config.load({ root, ignoreManifest: true });
});

beforeEach(() => {
  written = { stdout: '', stderr: '' };
  jest.spyOn(console, 'log').mockImplementation((text) => void (written.stdout += `${String(text)}\n`));
  jest.spyOn(console, 'error').mockImplementation((text) => void (written.stderr += `${String(text)}\n`));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => (written.stderr += String(text)) !== '');
});

afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

class Mount extends DbssCommand {
  static override id = 'lab:mount';
  static override strict = false;
  async run(): Promise<{ mounted: string }> {
    const { argv } = await this.parse(Mount);
    if (argv.includes('nowhere')) throw new UserError('nowhere is no host', { hint: 'name a host' });
    if (argv.includes('seven')) this.exit(7);
    this.log('mounted it');
    return { mounted: 'ftp' };
  }
}

test('a command prints its text, with --json its result and nothing else', async () => {
  await Mount.run(['ftp'], config);
  expect(written).toEqual({ stdout: 'mounted it\n', stderr: '' });
  written.stdout = '';
  await Mount.run(['ftp', '--json'], config);
  expect(JSON.parse(written.stdout)).toEqual({ mounted: 'ftp' });
});

test('a failed command says why on standard error and sets the exit code', async () => {
  await Mount.run(['nowhere'], config);
  expect(written).toEqual({ stdout: '', stderr: 'Error: nowhere is no host\nNext step: name a host\n' });
  expect(process.exitCode).toBe(2);
});

test('a failed command with --json says why on standard output', async () => {
  await Mount.run(['nowhere', '--json'], config);
  expect(JSON.parse(written.stdout)).toEqual({ error: { kind: 'user', message: 'nowhere is no host', hint: 'name a host' } });
  expect(process.exitCode).toBe(2);
});

test('a command that hands on an exit code ends with it and says nothing', async () => {
  await Mount.run(['seven'], config);
  expect(written).toEqual({ stdout: '', stderr: '' });
  expect(process.exitCode).toBe(7);
});

class Wait extends DbssCommand {
  static override id = 'lab:wait';
  static cleaned: string[] = [];
  async run(): Promise<void> {
    await this.parse(Wait);
    await new Promise((_, reject) => {
      this.interruption.addEventListener('abort', () => reject(new Error('aborted')));
      process.emit('SIGINT', 'SIGINT');
    });
  }
  protected override async onInterrupt(): Promise<void> {
    await Promise.resolve();
    Wait.cleaned.push('bridge');
  }
}

test('Ctrl-C aborts what the command waits for, cleans up, then ends with 130', async () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  await Wait.run([], config);
  expect(Wait.cleaned).toEqual(['bridge']);
  expect(exit.mock.calls).toEqual([[130]]);
  expect(written.stderr).toMatch(/^\nInterrupted \(SIGINT\); cleaning up/);
  expect(process.listenerCount('SIGINT')).toBe(0);
});
