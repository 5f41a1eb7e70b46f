import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';

let root: string | undefined;

/**
 * Where the second version of control groups is mounted (alone, or beside the first version): freezing and listing a machine's processes
 * happen there.
 * @throws UserError when it is not mounted
 */
export function controlGroupRoot(): string {
  root ??= findControlGroupRoot(readFileSync('/proc/mounts', 'utf8'));
  if (root === undefined) {
    throw new UserError('lab: control groups (cgroup2) are not mounted on this machine', {
      hint: 'mount them: mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified',
    });
  }
  return root;
}

/** Mount point of cgroup2 in the text of /proc/mounts. */
export function findControlGroupRoot(mounts: string): string | undefined {
  return mounts
    .split('\n')
    .map((line) => line.split(' '))
    .find((fields) => fields[2] === 'cgroup2')?.[1];
}

/** Directory of a control group; `group` is a path below the root. */
export function controlGroupDirectory(group: string): string {
  return path.join(controlGroupRoot(), group);
}

/** Ids of all processes in the group and below it; none when there is no such group. */
export function controlGroupPids(group: string): readonly number[] {
  return pidsBelow(controlGroupDirectory(group));
}

function pidsBelow(directory: string): readonly number[] {
  if (!existsSync(directory)) return [];
  try {
    const own = readFileSync(path.join(directory, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
    const groups = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...own, ...groups.flatMap((entry) => pidsBelow(path.join(directory, entry.name)))];
  } catch (error) {
    // A group may vanish while it is read.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENODEV') return [];
    throw error;
  }
}
