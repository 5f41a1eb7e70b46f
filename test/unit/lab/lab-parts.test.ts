import { findControlGroupRoot } from '../../../cli/src/lab/control-group.ts';
import { aptProxies } from '../../../cli/src/image/apt-sources.ts';
import { memoryNeeded_mb } from '../../../cli/src/lab/lab-preflight.ts';
import {
  formatProcessIdentity,
  identifyProcess,
  isAlive,
  namespacePids,
  parseProcessIdentity,
} from '../../../cli/src/lab/process-identity.ts';
import { mountsBelow } from '../../../cli/src/lab/remove-tree.ts';
import { lastLines } from '../../../cli/src/lab/run-program.ts';

test('a process is known by its id and its start: another with the same id is not taken for it', () => {
  const self = identifyProcess(process.pid);
  if (self === undefined) throw new Error('this process is not alive');
  expect(isAlive(self)).toBe(true);
  expect(isAlive({ ...self, startTicks: self.startTicks - 1 })).toBe(false);
});

test('a pid file reads back as it was written, and a damaged one is no process', () => {
  expect(parseProcessIdentity(formatProcessIdentity({ pid: 12, startTicks: 3456 }))).toEqual({ pid: 12, startTicks: 3456 });
  for (const text of ['', '12', '12 x', 'twelve 3456']) expect(parseProcessIdentity(text)).toBeUndefined();
});

test('a process that does not exist has no ids', () => {
  expect(namespacePids(2 ** 22 + 1)).toEqual([]);
});

test('control groups are found alone and beside the first version', () => {
  expect(findControlGroupRoot('cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n')).toBe('/sys/fs/cgroup');
  const hybrid = 'cgroup /sys/fs/cgroup/freezer cgroup rw,freezer 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n';
  expect(findControlGroupRoot(hybrid)).toBe('/sys/fs/cgroup/unified');
  expect(findControlGroupRoot('cgroup /sys/fs/cgroup/freezer cgroup rw,freezer 0 0\n')).toBeUndefined();
});

test("only the machine's own apt proxies are taken over", () => {
  const dump = ['Acquire "";', 'Acquire::http::Proxy "http://proxy:3142";', 'Acquire::https::Proxy "";', 'Acquire::Retries "3";'].join(
    '\n',
  );
  expect(aptProxies(dump)).toEqual(['--aptopt=Acquire::http::Proxy "http://proxy:3142"']);
});

test('mounts below a directory are found innermost first, and not those of a directory whose name begins the same', () => {
  const mounts = ['a /d/lab x rw 0 0', 'b /d/lab/in\\040side x rw 0 0', 'c /d/lab-2 x rw 0 0', 'd / x rw 0 0'].join('\n');
  expect(mountsBelow('/d/lab', mounts)).toEqual(['/d/lab/in side', '/d/lab']);
});

test('memory is reckoned for machines and for the standbys of servers', () => {
  expect(memoryNeeded_mb(7, 6, 512)).toBe(7 * 200 + 6 * 512);
});

test('the last lines of what a program said leave out empty ones', () => {
  expect(lastLines('a\n\nb\nc\n\n', 2)).toBe('b\nc');
});
