import type { Context } from '../context.ts';
import { dbssName } from '../dbss/dbss-state.ts';
import { logLines } from '../log-lines.ts';
import { parseGroup } from '../management-files/group.ts';
import { secondManagerOf } from '../method/managers.ts';
import type { Answer } from '../sem/messages.ts';
import { isMember } from '../sem/members.ts';
import { refused } from '../sem/refused.ts';
import { monitorAgain } from './monitor-again.ts';

/** What the background job left, as the server with priority 1 sends it to the one with priority 2 (§2.3): up.file as U.file, down.file as D.file. */
export type P2pFile = 'u-file' | 'd-file';

/** Send U.file or D.file of a target to the server that waits for it. Lost ones are made good by the group file. */
export function sendToSecondManager(context: Context, kind: P2pFile, target: string): void {
  const { files, configuration } = context.state;
  const group = parseGroup(files?.group ?? '');
  const record = [...group, ...parseGroup(files?.separation ?? '')].find(({ server }) => server === target);
  const second = record === undefined ? undefined : secondManagerOf(configuration, group, record);
  if (second === undefined || second === context.self) return;
  context.call(second, { kind, target }, configuration.timing.answer_ms, { for: 'nothing' });
}

/** After U.file both servers monitor the target again; after D.file the management programs for it are terminated. */
export function p2pFileCame(context: Context, from: string, kind: P2pFile, target: string): Answer {
  if (context.state.configuration.method !== 'p2p') return refused('the method here is not p2p');
  if (!isMember(context, from)) return { kind: 'separated' };
  const name = dbssName(target, context.self);
  const dbss = context.state.dbss[name];
  if (dbss?.phase !== 'awaiting') return { kind: 'done' };
  if (kind === 'u-file') {
    context.log(logLines.uFileReceived(name, from));
    monitorAgain(dbss);
  } else {
    context.log(logLines.dbssTerminated(name, `D.file received from ${from}`));
    Reflect.deleteProperty(context.state.dbss, name);
  }
  return { kind: 'done' };
}
