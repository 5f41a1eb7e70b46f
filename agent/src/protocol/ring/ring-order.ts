import type { GroupRecord } from '../management-files/group.ts';

/** Servers after `server` in ring order, the nearest first, without itself. `server` itself need not be in the group. */
export function successors(group: readonly GroupRecord[], server: GroupRecord): string[] {
  const sorted = [...group].filter((record) => record.server !== server.server).sort((a, b) => a.number - b.number);
  const after = sorted.filter((record) => record.number > server.number);
  const before = sorted.filter((record) => record.number < server.number);
  return [...after, ...before].map((record) => record.server);
}

/** The server that manages, or would manage, `server`: the nearest before it in ring order. */
export function managerOf(group: readonly GroupRecord[], server: GroupRecord): string | undefined {
  return successors(group, server).at(-1);
}
