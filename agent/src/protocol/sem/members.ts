import type { Context } from '../context.ts';
import { parseGroup } from '../management-files/group.ts';

export function isMember(context: Context, server: string): boolean {
  return parseGroup(context.state.files?.group ?? '').some((record) => record.server === server);
}

/** Every server of the group but this one. */
export function otherMembers(context: Context): string[] {
  return parseGroup(context.state.files?.group ?? '')
    .map((record) => record.server)
    .filter((server) => server !== context.self);
}

/** Every separated server but this one. */
export function separatedServers(context: Context): string[] {
  return parseGroup(context.state.files?.separation ?? '')
    .map((record) => record.server)
    .filter((server) => server !== context.self);
}
