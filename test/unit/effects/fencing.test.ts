import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fence } from '../../../agent/src/effects/fencing/fence.ts';

/** Fence agents made of shell scripts: `$input` is what came on standard input. */
describe('fencing', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dbss-fence-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const agent = (script: string): { agent: string; parameters: Record<string, string> } => {
    const program = join(directory, 'fence_test');
    writeFileSync(program, `#!/bin/sh\nhere="${directory}"\ninput="$(cat)"\n${script}\n`);
    chmodSync(program, 0o755);
    return { agent: program, parameters: { ip: '198.18.0.9', password: 'geheim' } };
  };
  const whenAsked = (off: string, status: string): string =>
    `case "$input" in *action=off*) ${off};; *action=status*) ${status};; *) exit 9;; esac`;
  const at = (name: string): string => join(directory, name);

  test('succeeds when the device says that the server is off', async () => {
    await fence(
      agent(whenAsked('touch $here/off', 'test -e $here/off && { echo "Status: OFF"; exit 2; }; echo "Status: ON"')),
      'ftp',
      5_000,
    );
    expect(existsSync(at('off'))).toBe(true);
  });

  test('waits for a device that takes its time', async () => {
    const slow =
      'n=$(cat $here/n 2>/dev/null || echo 0); echo $((n+1)) > $here/n; [ $n -ge 2 ] && { echo "Status: OFF"; exit 2; }; echo "Status: ON"';
    await fence(agent(whenAsked('exit 0', slow)), 'ftp', 10_000);
    expect(readFileSync(at('n'), 'utf8').trim()).toBe('3');
  });

  test('gives parameters on standard input and none on the command line', async () => {
    const device = agent(
      `echo "$# $*" >> $here/arguments; echo "$input" >> $here/input; ${whenAsked('exit 0', 'echo "Status: OFF"; exit 2')}`,
    );
    await fence(device, 'ftp', 5_000);
    expect(readFileSync(at('arguments'), 'utf8')).toBe('0 \n0 \n');
    expect(readFileSync(at('input'), 'utf8')).toBe(
      'ip=198.18.0.9\npassword=geheim\naction=off\nip=198.18.0.9\npassword=geheim\naction=status\n',
    );
  });

  test.each([
    ['fails', whenAsked('echo "no route" >&2; exit 1', 'echo "Status: OFF"; exit 2'), 'action off ended with exit code 1: no route'],
    ['says off, and the server is on', whenAsked('exit 0', 'echo "Status: ON"; exit 0'), 'not seen to be within 1500 ms: action status'],
    ['cannot tell the state', whenAsked('exit 0', 'echo "failed" >&2; exit 1'), 'action status ended with exit code 1: failed'],
    ['does not understand status', whenAsked('exit 0', 'echo "usage: fence_test" >&2; exit 2'), 'ended with exit code 2: usage'],
    ['says off by its words alone', whenAsked('exit 0', 'echo "Status: OFF"; exit 0'), 'ended with exit code 0: Status: OFF'],
    ['hangs', 'sleep 60', 'action off did not end in time'],
    ['hangs at the state', whenAsked('exit 0', 'sleep 60'), 'action status did not end in time'],
  ])('is no success when the agent %s', async (_, script, reason) => {
    await expect(fence(agent(script), 'ftp', 1_500)).rejects.toThrow(reason);
  });

  test('is no success without a device or its agent', async () => {
    await expect(fence(undefined, 'ftp')).rejects.toThrow('ftp has no fencing device');
    await expect(fence({ agent: 'fence_of_nobody', parameters: {} }, 'ftp', 1_000)).rejects.toThrow('ftp could not be fenced');
  });

  test('ends a hanging agent with all that it has started', async () => {
    await expect(fence(agent('sleep 60 & echo $! > $here/child; wait'), 'ftp', 700)).rejects.toThrow('did not end in time');
    const child = Number(readFileSync(at('child'), 'utf8'));
    const state = (): string | undefined =>
      existsSync(`/proc/${String(child)}/stat`) ? readFileSync(`/proc/${String(child)}/stat`, 'utf8').split(' ')[2] : undefined;
    // It was killed; a busy kernel takes a moment to end it.
    for (let looks = 0; looks < 100 && ![undefined, 'Z'].includes(state()); looks += 1) await sleep(10);
    expect([undefined, 'Z']).toContain(state());
  });

  test('never tells a password, also where the agent does', async () => {
    const failure = await fence(agent('echo "given: $input" >&2; exit 1'), 'ftp', 5_000).catch((error: unknown) => error);
    expect(String(failure)).toContain('given: ip=…; password=…; action=off');
    expect(String(failure)).not.toContain('geheim');
  });
});
