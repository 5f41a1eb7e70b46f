import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeDeadBuilds } from '../../cli/src/image/dead-builds.ts';
import { identifyProcess } from '../../cli/src/lab/process-identity.ts';

describe('an unfinished build of the original server', () => {
  let cache = '';
  beforeEach(() => {
    cache = mkdtempSync(path.join(tmpdir(), 'dbss-cache-'));
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  test('whose builder is dead is removed, what was mounted in it is unmounted, and what lies there stays', async () => {
    const build = path.join(cache, '.building-999999999-1');
    const elsewhere = path.join(cache, 'elsewhere');
    mkdirSync(path.join(build, 'root/dev'), { recursive: true });
    mkdirSync(path.join(elsewhere, 'kept'), { recursive: true });
    execFileSync('mount', ['--bind', elsewhere, path.join(build, 'root/dev')]);
    await removeDeadBuilds(cache);
    expect(existsSync(build)).toBe(false);
    expect(existsSync(path.join(elsewhere, 'kept'))).toBe(true);
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(build);
  });

  test('whose builder lives is left alone', async () => {
    const build = path.join(cache, `.building-${String(process.pid)}-${String(identifyProcess(process.pid)?.startTicks)}`);
    mkdirSync(build);
    await removeDeadBuilds(cache);
    expect(existsSync(build)).toBe(true);
  });
});
