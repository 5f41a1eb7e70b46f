import { expect, test } from '@jest/globals';
import type { StandbyState } from '@dbss/agent/protocol/recovery/standby.ts';
import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import { prepareStandbys } from '../../../cli/src/bootstrap/standbys.ts';
import type { StandbyAgents } from '../../../cli/src/bootstrap/standbys.ts';
import { BrokenError } from '../../../cli/src/errors.ts';

/** Agents whose standby goes through the given states, one a question; the last one stays. A reset goes on with `afterReset`. */
class Agents implements StandbyAgents {
  readonly resets: string[] = [];
  readonly #states: Record<string, StandbyState[]>;

  constructor(states: Record<string, StandbyState[]>) {
    this.#states = states;
  }

  status(server: string): Promise<AgentStatus> {
    const states = this.#states[server] ?? [];
    const state = states.length > 1 ? states.shift() : states[0];
    if (state === undefined) return Promise.reject(new BrokenError(`${server}: no answer`));
    return Promise.resolve({ standby: { state, target: undefined } } as AgentStatus);
  }

  resetStandby(server: string): Promise<void> {
    this.resets.push(server);
    this.#states[server] = ['resetting', 'suspended'];
    return Promise.resolve();
  }
}

const prepare = (
  agents: Agents,
  servers: readonly string[],
  outdated: readonly string[] = [],
  limit_ms = 1_000,
): Promise<readonly string[]> =>
  prepareStandbys(agents, {
    servers,
    outdated: new Set(outdated),
    limit_ms,
    every_ms: 0,
    signal: new AbortController().signal,
    onProgress: () => undefined,
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
  await prepare(agents, ['ftp', 'web1'], ['ftp']);
  expect(agents.resets).toEqual(['ftp']);
});

test('a virtual server at work is left alone, also when its original server is older', async () => {
  const agents = new Agents({ ftp: ['serving'], web1: ['suspended'] });
  expect(await prepare(agents, ['ftp', 'web1'], ['ftp'])).toEqual(['web1']);
  expect(agents.resets).toEqual([]);
});

test('servers without a standby in time are named with what to do', async () => {
  const agents = new Agents({ ftp: ['resetting'], mail: [], web1: ['suspended'] });
  const failure = await prepare(agents, ['ftp', 'mail', 'web1'], [], 0).catch((error: unknown) => error as BrokenError);
  expect(failure).toBeInstanceOf(BrokenError);
  expect(failure).toMatchObject({
    message: 'no suspended standby after 0 s\n  ftp: its standby is resetting\n  mail: its standby is unknown, the agent does not answer',
    hint: expect.stringContaining('dbssctl log ftp') as unknown,
  });
});
