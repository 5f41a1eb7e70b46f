import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { LabUnderTest } from './lab-under-test.ts';
import { expect } from './scenario.ts';

/** Nothing of a lab that is down is left on this machine: no namespace, mount, link, process, control group or directory. */
export async function expectNothingLeft(lab: LabUnderTest): Promise<void> {
  const { id: labId } = await lab.status();
  expectNone('network namespace', labId, linesOf('ip', 'netns'));
  expectNone('mount', labId, linesOf('findmnt', '-n', '-o', 'TARGET'));
  expectNone('loop device', labId, linesOf('losetup', '-n', '-O', 'BACK-FILE'));
  expectNone('link in the root namespace', 'dbss', linesOf('ip', '-o', 'link'));
  expectNone('process', labId, linesOf('ps', '-eo', 'pid,args'));
  expectNone('process', lab.inventory, linesOf('ps', '-eo', 'pid,args'));
  // Processes of a machine do not name their lab; they are in its control groups, which cannot be removed while one is left.
  const left = [...controlGroupRoots().map((root) => `${root}/dbss-lab/${labId}`), `/run/dbss-lab/${labId}`, `/var/lib/dbss-lab/${labId}`];
  expectNone(
    'control group or directory',
    labId,
    left.filter((directory) => existsSync(directory)),
  );
}

function expectNone(what: string, mark: string, lines: readonly string[]): void {
  const left = lines.filter((line) => line.includes(mark));
  expect(left.length === 0, `no ${what} with ${mark}`, left);
}

function linesOf(program: string, ...words: readonly string[]): readonly string[] {
  return execFileSync(program, words, { encoding: 'utf8' }).split('\n');
}

function controlGroupRoots(): readonly string[] {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
    .map(([, directory]) => directory ?? '');
}
