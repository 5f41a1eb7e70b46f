import { expect, test } from '@jest/globals';
import { prepareStandbys } from '../../../cli/src/bootstrap/standbys.ts';
import type { OutdatedStandby } from '../../../cli/src/bootstrap/bootstrap-record.ts';
import { BrokenError } from '../../../cli/src/errors.ts';
import { Agents } from './made-agents.ts';

const prepare = (
  agents: Agents,
  servers: readonly string[],
  outdated: Readonly<Record<string, OutdatedStandby>> = {},
  { limit_ms = 1_000, onMade = () => undefined }: { limit_ms?: number; onMade?: (server: string) => void } = {},
): Promise<readonly string[]> =>
  prepareStandbys(agents, {
    servers,
    outdated: new Map(Object.entries(outdated)),
    limit_ms,
    every_ms: 0,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onMade,
  });

test('a standby that the agent is already restoring is waited for', async () => {
  const agents = new Agents({ ftp: ['resetting', 'resetting', 'suspended'] });
  expect(await prepare(agents, ['ftp'])).toEqual(['ftp']);
  expect(agents.resets).toEqual([]);
});

test('an absent standby is ordered once', async () => {
  const agents = new Agents({ ftp: ['absent'], web1: ['suspended'] });
  expect(await prepare(agents, ['ftp', 'web1'])).toEqual(['ftp', 'web1']);
  expect(agents.resets).toEqual(['ftp']);
});

test('a standby made from an older original server is made anew', async () => {
  const agents = new Agents({ ftp: ['suspended'], web1: ['suspended'] });
  await prepare(agents, ['ftp', 'web1'], { ftp: 'older' });
  expect(agents.resets).toEqual(['ftp']);
});

test('a virtual server at work is left alone, also when its original server is older', async () => {
  const agents = new Agents({ ftp: ['serving'], web1: ['suspended'] });
  expect(await prepare(agents, ['ftp', 'web1'], { ftp: 'older' })).toEqual(['web1']);
  expect(agents.resets).toEqual([]);
});

test('servers without a standby in time are named with what to do', async () => {
  const agents = new Agents({ ftp: ['resetting'], mail: [], web1: ['suspended'] });
  const failure = await prepare(agents, ['ftp', 'mail', 'web1'], {}, { limit_ms: 0 }).catch((error: unknown) => error as BrokenError);
  expect(failure).toBeInstanceOf(BrokenError);
  expect(failure).toMatchObject({
    message: 'no suspended standby after 0 s\n  ftp: its standby is resetting\n  mail: its standby is unknown, the agent does not answer',
    hint: expect.stringContaining('dbssctl log ftp') as unknown,
  });
});

test('a suspended standby of which nothing is recorded is made anew: it may be of any original server', async () => {
  const agents = new Agents({ ftp: ['suspended'], web1: ['suspended'] });
  expect(await prepare(agents, ['ftp', 'web1'], { ftp: 'unknown' })).toEqual(['ftp', 'web1']);
  expect(agents.resets).toEqual(['ftp']);
});

test('the first bootstrap takes the standbys that the new agents are making by themselves', async () => {
  const agents = new Agents({ ftp: ['resetting', 'suspended'], web1: ['absent'] });
  agents.executor = 'waiting-for-files';
  const made: string[] = [];
  await prepare(agents, ['ftp', 'web1'], { ftp: 'unknown', web1: 'unknown' }, { onMade: (server) => made.push(server) });
  expect(agents.resets).toEqual(['web1']);
  expect(made).toEqual(['ftp', 'web1']);
});

test('where a ring runs, a reset under way may have begun with the older original server: it is made anew after that', async () => {
  const agents = new Agents({ ftp: ['resetting', 'suspended'], web1: ['resetting', 'suspended'] });
  await prepare(agents, ['ftp', 'web1'], { ftp: 'unknown', web1: 'older' });
  expect(agents.resets).toEqual(['ftp', 'web1']);
});

test('where a ring runs, suspended standbys are made anew one after the other, and all are in the end', async () => {
  const agents = new Agents({ ftp: ['suspended'], mail: ['suspended'], web1: ['suspended'] });
  let suspendedAtLeast = 3;
  const servers = ['ftp', 'mail', 'web1'];
  await prepareStandbys(agents, {
    servers,
    outdated: new Map(servers.map((server) => [server, 'unknown'])),
    limit_ms: 1_000,
    every_ms: 0,
    signal: new AbortController().signal,
    onProgress: (seen) =>
      (suspendedAtLeast = Math.min(suspendedAtLeast, [...seen.values()].filter((state) => state === 'suspended').length)),
    onMade: () => undefined,
  });
  expect([...agents.resets].sort()).toEqual(servers);
  expect(suspendedAtLeast).toBe(2);
});

test('a standby that serves as soon as it is made anew keeps the others from nothing', async () => {
  const agents = new Agents({ ftp: ['suspended'], mail: ['suspended'] });
  const reset = agents.resetStandby.bind(agents);
  agents.resetStandby = async (server) => {
    await reset(server);
    if (server === 'ftp') agents.goThrough('ftp', ['resetting', 'serving']);
  };
  await prepare(agents, ['ftp', 'mail'], { ftp: 'unknown', mail: 'unknown' });
  expect(agents.resets).toEqual(['ftp', 'mail']);
});

test('one that waits for its turn when the time is over is named', async () => {
  const agents = new Agents({ ftp: ['suspended'], mail: ['suspended'] });
  const failure = prepare(agents, ['ftp', 'mail'], { ftp: 'unknown', mail: 'unknown' }, { limit_ms: 0 });
  await expect(failure).rejects.toThrow('mail: its standby is suspended, but not known to be of the present original server');
});

test('what was made anew is told also when the others do not come in time: the next bootstrap need not begin again', async () => {
  const agents = new Agents({ ftp: ['suspended'], mail: [] });
  const made: string[] = [];
  const failure = prepare(agents, ['ftp', 'mail'], { ftp: 'unknown' }, { limit_ms: 0, onMade: (server) => made.push(server) });
  await expect(failure).rejects.toThrow(BrokenError);
  expect(made).toEqual(['ftp']);
});
