import type { Context } from '../context.ts';
import type { Outcome } from '../events.ts';
import { logLines } from '../log-lines.ts';
import { dataOf } from '../management-files/data-of.ts';
import { parseGroup } from '../management-files/group.ts';
import { parseManagementData } from '../management-files/management-data.ts';
import type { ManagementFiles } from '../management-files/management-files.ts';
import { takeOwnAddress } from '../recovery/own-address.ts';
import { wakeNowAndThen } from '../recovery/waking.ts';
import type { LocalCopy } from '../sem/copied-files.ts';
import type { Request } from '../sem/messages.ts';
import { refused } from '../sem/refused.ts';
import { filesSent } from './executor.ts';
import { waitsForFiles } from './waiting.ts';

/** Who has not said hello for so many intervals may be off again. */
const HEARD_INTERVALS = 2;

/**
 * This server waits for files and has a copy of them on disk; so do others. When a majority of the copy's group is up, nobody has files, and no other copy
 * is newer, this server starts the ring from its own: every server gets the files and takes its address, then the flag. It waits for the rest of the
 * servers as long as for one that restarts.
 */
export function considerRestart(context: Context): void {
  const { restart, hellos, configuration } = context.state;
  const { copy } = restart;
  if (copy === undefined || restart.outstanding.length > 0 || !waitsForFiles(context)) return;
  const heard = Object.entries(hellos).filter(([, { last_mono_ms }]) => isRecent(context, last_mono_ms));
  const group = groupOf(copy);
  if (presentOf(context, group).length * 2 <= group.length || someoneHasFiles(context)) {
    restart.since_mono_ms = undefined;
    return;
  }
  restart.since_mono_ms ??= context.now.mono_ms;
  if (heard.some(([server, { epoch }]) => epoch !== undefined && isBefore(copy.epoch, context.self, epoch, server))) return;
  const allHeard = heard.length === configuration.servers.length - 1;
  if (!allHeard && context.now.mono_ms - restart.since_mono_ms < configuration.timing.restart_wait_ms) return;
  const members = [context.self, ...heard.map(([server]) => server)].filter((server) => group.includes(server) || server === context.self);
  restartRing(context, copy, members);
}

/**
 * Each interval, from the second on: say what the start waits for. At the first nobody has answered whether the ring runs. Servers that did not come back by
 * themselves in the time of a restart are woken: nobody else is there to do it.
 */
export function tellRestart(context: Context): void {
  const { restart } = context.state;
  const { copy, told } = restart;
  if (copy === undefined || someoneHasFiles(context)) {
    restart.waits_since_mono_ms = undefined;
    return;
  }
  const group = groupOf(copy);
  wakeMissing(context, copy, group);
  const line = told === undefined ? '' : logLines.restartWaits(copy.epoch, presentOf(context, group), group);
  if (line !== told && line !== '') context.log(line);
  restart.told = line;
}

function wakeMissing(context: Context, { files }: LocalCopy, group: readonly string[]): void {
  const { restart, configuration } = context.state;
  const present = presentOf(context, group);
  if (present.length * 2 > group.length) {
    restart.waits_since_mono_ms = undefined;
    return;
  }
  restart.waits_since_mono_ms ??= context.now.mono_ms;
  if (context.now.mono_ms - restart.waits_since_mono_ms < configuration.timing.restart_wait_ms) return;
  for (const server of group) {
    const mac = dataOf(files, server)?.mac;
    if (mac !== undefined && !present.includes(server)) wakeNowAndThen(context, server, mac);
  }
}

function someoneHasFiles(context: Context): boolean {
  return Object.values(context.state.restart.hasFiles).some((said_mono_ms) => isRecent(context, said_mono_ms));
}

/** Another server starts the ring. Before this one takes its address it looks whether anybody has it: a virtual server whose host kept its power may. */
export function restartHere(context: Context, call: string, { files, versions }: Request & { kind: 'restart-ring' }): void {
  const { restart, configuration, ownAddress } = context.state;
  const address = ownAddressIn(context, files);
  if (!waitsForFiles(context) || restart.offered !== undefined) context.answer(call, refused('this server does not wait for files'));
  else if (address === undefined) context.answer(call, refused(`${context.self} is not in the sent group file`));
  else {
    restart.offered = { call, files, versions };
    if (ownAddress.held && ownAddress.address === address) addressExamined(context, false);
    else {
      const timeout_ms = configuration.timing.network_examination_ms;
      context.emit({ kind: 'ping', request: context.request({ for: 'restart-probe' }), address, timeout_ms });
    }
  }
}

/** Whether anybody answers at this server's virtual address. */
export function addressExamined(context: Context, answers: boolean): void {
  const { restart } = context.state;
  const { offered } = restart;
  restart.offered = undefined;
  if (offered === undefined) return;
  const address = ownAddressIn(context, offered.files);
  if (address === undefined || !waitsForFiles(context)) {
    context.answer(offered.call, refused('this server does not wait for files any more'));
    return;
  }
  if (answers) {
    context.log(logLines.ownAddressTaken(address));
    context.answer(offered.call, refused(`somebody answers at ${address}`));
    return;
  }
  filesSent(context, offered.files, offered.versions);
  if (context.state.configuration.quorum === 'none') {
    takeOwnAddress(context, address, offered.call);
    return;
  }
  // The voters support it when enough of them are back, which may take a management program that recovers them.
  takeOwnAddress(context, address, undefined);
  context.answer(offered.call, { kind: 'done' });
}

/** A server has its files and its address, or has not: when all have answered, those that are ready get the flag. */
export function restartAnswered(context: Context, server: string, outcome: Outcome): void {
  const { restart, configuration } = context.state;
  if (!restart.outstanding.includes(server)) return;
  restart.outstanding = restart.outstanding.filter((other) => other !== server);
  if (outcome.kind === 'answer' && outcome.answer.kind === 'done') restart.ready.push(server);
  if (restart.outstanding.length > 0) return;
  restart.since_mono_ms = undefined;
  if (!restart.ready.includes(context.self)) return;
  for (const ready of restart.ready) context.call(ready, { kind: 'install-flag' }, configuration.timing.answer_ms * 3, { for: 'nothing' });
}

function restartRing(context: Context, { files, versions, epoch }: LocalCopy, servers: readonly string[]): void {
  const { restart, configuration } = context.state;
  const { network_examination_ms, answer_ms } = configuration.timing;
  context.log(logLines.ringRestarts(epoch, servers));
  restart.outstanding = [...servers];
  restart.ready = [];
  for (const to of servers) {
    context.call(to, { kind: 'restart-ring', files, versions }, network_examination_ms + 3 * answer_ms, { for: 'restart-ring', to });
  }
}

/** Of two copies the one with the greater epoch counts, of equal ones that of the first server by name. */
function isBefore(epoch: number, server: string, otherEpoch: number, other: string): boolean {
  return epoch === otherEpoch ? other < server : epoch < otherEpoch;
}

/** Who of a group has a copy and was heard lately, this server among them. */
function presentOf(context: Context, group: readonly string[]): string[] {
  const { hellos } = context.state;
  return group.filter(
    (server) => server === context.self || (hellos[server]?.epoch !== undefined && isRecent(context, hellos[server].last_mono_ms)),
  );
}

function groupOf({ files }: LocalCopy): string[] {
  return parseGroup(files.group).map(({ server }) => server);
}

function isRecent(context: Context, heard_mono_ms: number): boolean {
  return context.now.mono_ms - heard_mono_ms <= HEARD_INTERVALS * context.state.configuration.timing.interval_ms;
}

/** This server's virtual address by the sent files, where they have it in the group. */
function ownAddressIn(context: Context, files: ManagementFiles): string | undefined {
  const record = parseGroup(files.group).find(({ server }) => server === context.self);
  const text = record === undefined ? undefined : files.data[record.dataName];
  return text === undefined ? undefined : parseManagementData(text)?.virtualIp;
}
