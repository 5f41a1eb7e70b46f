import { dbssName } from '../../agent/src/protocol/dbss/dbss-state.ts';
import { logLines } from '../../agent/src/protocol/log-lines.ts';
import type { LabUnderTest } from './lab-under-test.ts';
import { expect } from './scenario.ts';
import { untilShown } from './shown.ts';
import { systemLogsSince } from './system-logs.ts';

/** Why the shared storage of a lab is in doubt whose file server hangs: its kernel takes the call, and nobody replies. */
export const HANGS = /^NFS server \S+: the reply of the NFS server did not come within \d+\.\d\d s$/;
/** The same of a file server that is full. */
export const IS_FULL = /^\/\S+ is full: no more than 1 MiB of its \d+ MB is free$/;

/** An administrator reads why a server is left alone, and in the log of which server that stands. @returns the reason */
export async function expectDoubtTold(lab: LabUnderTest, server: string, reason: RegExp, from: string, limit_s: number): Promise<string> {
  const line = new RegExp(
    `^Shared storage in doubt: (.*), says (\\S+); ${server}(?: \\(its virtual server \\S+\\))? is left alone although it does not serve$`,
    'm',
  );
  const shown = await untilShown(lab, `the shared storage is in doubt, and ${server} left alone`, ({ text }) => line.test(text), limit_s);
  process.stdout.write(`ring show:\n${shown.text}\n`);
  const [, told = '', manager = ''] = line.exec(shown.text) ?? [];
  expect(reason.test(told), `the reason ${String(reason)}`, told);
  const wanted = logLines.storageInDoubt(dbssName(server, manager), told);
  const logged = (await systemLogsSince(lab, from, [manager])).get(manager) ?? [];
  expect(
    logged.some(({ text }) => text === wanted),
    `"${wanted}" in the system log of ${manager}`,
    logged.map(({ text }) => text).filter((text) => text.includes('in doubt')),
  );
  return told;
}

/** Nobody doubts the storage any more, and an administrator does not read it any more. */
export async function untilNoDoubtShown(lab: LabUnderTest, limit_s: number): Promise<void> {
  await untilShown(lab, 'no doubt about the shared storage', ({ text }) => !text.includes('Shared storage in doubt'), limit_s);
}
