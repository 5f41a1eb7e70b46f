import path from 'node:path';
import { Config } from '@oclif/core/config';
import { jest } from '@jest/globals';
import { endWhenNobodyReads } from '../../../cli/src/commands-base/closed-pipe.ts';
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

class Watch extends DbssCommand {
  static override id = 'lab:watch';
  #ended: Promise<{ rounds: number }> | undefined;
  async run(): Promise<{ rounds: number }> {
    await this.parse(Watch);
    this.#ended = new Promise((resolve) => this.interruption.addEventListener('abort', () => resolve({ rounds: 7 })));
    process.emit('SIGINT', 'SIGINT');
    return this.#ended;
  }
  protected override async onInterrupt(): Promise<unknown> {
    return this.#ended;
  }
}

test('a command that Ctrl-C ends still gives its result with --json', async () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const printed: string[] = [];
  exit.mockImplementation(() => void printed.push(written.stdout) as never);
  await Watch.run(['--json'], config);
  expect(JSON.parse(printed[0] ?? '')).toEqual({ rounds: 7 });
  expect(exit.mock.calls).toEqual([[130]]);
});

class Unheard extends DbssCommand {
  static override id = 'lab:unheard';
  static cleaned = 0;
  async run(): Promise<void> {
    await this.parse(Unheard);
    await new Promise((_, reject) => {
      this.interruption.addEventListener('abort', () => reject(new Error('aborted')));
      endWhenNobodyReads(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      endWhenNobodyReads(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    });
  }
  protected override onInterrupt(): Promise<void> {
    Unheard.cleaned += 1;
    return Promise.resolve();
  }
}

test('a command whose output nobody reads any more cleans up once and ends with 141', async () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  await Unheard.run([], config);
  expect(Unheard.cleaned).toBe(1);
  expect(exit.mock.calls).toEqual([[141]]);
  expect(written.stderr).toBe('');
});

class Shell extends DbssCommand {
  static override id = 'lab:shell';
  async run(): Promise<void> {
    await this.parse(Shell);
    process.emit('SIGINT', 'SIGINT');
    this.exit(5);
  }
  protected override leavesInterruptsToChild(): boolean {
    return true;
  }
}

test("Ctrl-C that belongs to another program's terminal is left to it", async () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  await Shell.run([], config);
  expect(exit).not.toHaveBeenCalled();
  expect(process.exitCode).toBe(5);
  expect(written.stderr).toBe('');
});
