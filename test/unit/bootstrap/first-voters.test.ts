import { expect, test } from '@jest/globals';
import type { VotersConfiguration } from '@dbss/agent/protocol/ownership/voters-configuration.ts';
import type { AgentStatus, VoterStatus } from '@dbss/agent/protocol/status.ts';
import type { WitnessStatus } from '@dbss/agent/protocol/witness/witness.ts';
import { installFirstVoters, type VoterAgents } from '../../../cli/src/bootstrap/first-voters.ts';
import { BrokenError } from '../../../cli/src/errors.ts';
import type { Inventory } from '../../../cli/src/inventory/inventory.ts';
import { loadInventory } from '../../../cli/src/inventory/load-inventory.ts';

/** Agents whose voters are as given; one that is missing does not answer. */
class Agents implements VoterAgents {
  readonly installed: [string, VotersConfiguration][] = [];
  readonly #voters: Readonly<Record<string, VoterStatus>>;

  constructor(voters: Readonly<Record<string, VoterStatus>>) {
    this.#voters = voters;
  }

  status(server: string): Promise<AgentStatus> {
    return this.#answer(server) as Promise<AgentStatus>;
  }

  witnessStatus(witness: string): Promise<WitnessStatus> {
    return this.#answer(witness) as Promise<WitnessStatus>;
  }

  installVoters(machine: string, configuration: VotersConfiguration): Promise<void> {
    this.installed.push([machine, configuration]);
    return Promise.resolve();
  }

  #answer(name: string): Promise<unknown> {
    const voter = this.#voters[name];
    return voter === undefined ? Promise.reject(new BrokenError(`${name}: no answer`)) : Promise.resolve({ voter });
  }
}

const NAMES = ['mail', 'ftp', 'web1', 'web2', 'proxy', 'login', 'files'];
const FIRST: VotersConfiguration = { term: 1, version: 1, voters: NAMES.map((name) => ({ name, weight: 1, uuid: `disk-of-${name}` })) };

function votersWith(configuration: VotersConfiguration | undefined): Record<string, VoterStatus> {
  return Object.fromEntries(NAMES.map((name) => [name, { uuid: `disk-of-${name}`, configuration }]));
}

async function labWithMajority(): Promise<Inventory> {
  return { ...(await loadInventory('inventories/lab.yml')), quorum: 'majority' };
}

async function install(agents: Agents): Promise<string> {
  return installFirstVoters(await labWithMajority(), agents, { signal: new AbortController().signal, limit_ms: 0, every_ms: 0 });
}

test('every voter of a new ring, the witness too, is given all of them with the identities of their disks', async () => {
  const agents = new Agents(votersWith(undefined));
  expect(await install(agents)).toBe('given to mail, ftp, web1, web2, proxy, login, files');
  expect(agents.installed).toEqual(NAMES.map((name) => [name, FIRST]));
});

test('a ring whose voters have a configuration keeps it', async () => {
  const agents = new Agents(votersWith({ ...FIRST, term: 4, version: 9 }));
  expect(await install(agents)).toBe('the voters have theirs already');
  expect(agents.installed).toEqual([]);
});

test('a bootstrap that was interrupted gives the rest the same configuration', async () => {
  const agents = new Agents({ ...votersWith(FIRST), login: { uuid: 'disk-of-login', configuration: undefined } });
  expect(await install(agents)).toBe('given to login');
  expect(agents.installed).toEqual([['login', FIRST]]);
});

test('a voter with a new disk is told whom to ask, and not given the place of the old one', async () => {
  const agents = new Agents({ ...votersWith(FIRST), login: { uuid: 'new-disk', configuration: undefined } });
  expect(await install(agents)).toBe('given to login; no voter yet, because it is new or has a new disk: login');
  expect(agents.installed).toEqual([['login', FIRST]]);
});

test('a separated server that comes back with a new disk gets the newest configuration: without it, it could not ask for its address', async () => {
  const without = { term: 4, version: 9, voters: FIRST.voters.filter(({ name }) => name !== 'login') };
  const agents = new Agents({
    ...votersWith(without),
    mail: { uuid: 'disk-of-mail', configuration: FIRST },
    login: { uuid: 'new', configuration: undefined },
  });
  expect(await install(agents)).toBe('given to login; no voter yet, because it is new or has a new disk: login');
  expect(agents.installed).toEqual([['login', without]]);
});

test('a server that is added to the ring is no voter of the first configuration: the ring takes it in', async () => {
  const before = { ...FIRST, voters: FIRST.voters.filter(({ name }) => name !== 'login') };
  const agents = new Agents({ ...votersWith(before), login: { uuid: 'disk-of-login', configuration: undefined } });
  expect(await install(agents)).toBe('given to login; no voter yet, because it is new or has a new disk: login');
  expect(agents.installed).toEqual([['login', before]]);
});

test('a new ring does not begin without one of its voters, which is named', async () => {
  const voters = votersWith(undefined);
  delete voters['web1'];
  const agents = new Agents(voters);
  await expect(install(agents)).rejects.toThrow('web1: no voter answers there after 0 s');
  expect(agents.installed).toEqual([]);
});

test('a ring that runs may lack a voter', async () => {
  const voters = votersWith({ ...FIRST, term: 2 });
  delete voters['web1'];
  expect(await install(new Agents(voters))).toBe('the voters have theirs already');
});

test('with dbss_quorum: none nobody is asked', async () => {
  const inventory: Inventory = { ...(await labWithMajority()), quorum: 'none' };
  expect(await installFirstVoters(inventory, new Agents({}), { signal: new AbortController().signal })).toContain('dbss_quorum: none');
});
