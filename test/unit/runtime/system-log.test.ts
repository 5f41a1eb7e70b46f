import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatLogLine, SystemLog } from '../../../agent/src/runtime/system-log.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dbss-log-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const WHEN = new Date(2022, 2, 18, 13, 43, 5, 269).getTime();

describe('the system log (§5.2)', () => {
  test('a line has date, time to the hundredth and text', () => {
    expect(formatLogLine(WHEN, false, 'Network problem')).toBe('2022-03-18 13:43:05.26 Network problem\n');
  });

  test('a line of a background job has __ before the text', () => {
    expect(formatLogLine(WHEN, true, 'Wait')).toBe('2022-03-18 13:43:05.26 __Wait\n');
  });

  test('a text of several lines stays one line', () => {
    expect(formatLogLine(WHEN, false, 'a\r\nb\n')).toBe('2022-03-18 13:43:05.26 a b \n');
  });

  test('is appended to, also by the next agent', () => {
    const path = join(directory, 'dbss', 'system.log');
    new SystemLog(path, fail).write(WHEN, false, 'one');
    new SystemLog(path, fail).write(WHEN, false, 'two');
    expect(readFileSync(path, 'utf8').match(/one|two/g)).toEqual(['one', 'two']);
  });

  test('goes on in a new file after it was moved away', () => {
    const path = join(directory, 'system.log');
    const log = new SystemLog(path, fail);
    log.write(WHEN, false, 'one');
    renameSync(path, `${path}.1`);
    log.reopen();
    log.write(WHEN, false, 'two');
    expect(readFileSync(`${path}.1`, 'utf8')).toContain('one');
    expect(readFileSync(path, 'utf8')).toContain('two');
  });

  test('that cannot be written is reported once and stops nothing', () => {
    writeFileSync(join(directory, 'occupied'), '');
    const failures: unknown[] = [];
    const log = new SystemLog(join(directory, 'occupied', 'system.log'), (error) => failures.push(error));
    log.write(WHEN, false, 'one');
    log.write(WHEN, false, 'two');
    expect(failures).toHaveLength(1);
  });
});

function fail(error: unknown): never {
  throw error;
}
