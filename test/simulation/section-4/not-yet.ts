import { at, plug, scenarioOf, type Section4Scenario, stopped } from './scenario-of.ts';

/** A scenario whose promise the protocol does not keep, with the reason and with what it needs. */
export interface NotYet extends Section4Scenario {
  readonly why: string;
}

/** What does not hold yet. `npm run soak -- --scenario NAME` prints the transcript. */
export const NOT_YET: readonly NotYet[] = [
  {
    name: 'fig-10d',
    of: 'Fig. 10(d)',
    promise: 'S1, which runs S2b, fails: DBSS_S1_S6 creates S2b on S3 at the same time as it creates S1b.',
    scenario: scenarioOf([plug('s2', 0, 200_000), plug('s1', 40_000)], ['s1', 's3']),
    why: 'A recovery ends with its manager. Who becomes the manager of a separated server when its manager is separated has to take the recovery up.',
  },
  {
    name: 'manager-dies-after-separation',
    of: '§4.2',
    promise: 'The manager dies after it separated its target and before the virtual server serves: the next manager goes on.',
    scenario: scenarioOf([plug('s2'), plug('s1', 9500)]),
    why: 'As fig-10d: the target stays separated, off and unserved until an operator comes.',
  },
  {
    name: 'manager-dies-while-it-waits',
    of: '§4.2',
    promise:
      'The manager dies while its target is served by a virtual server elsewhere: the target is restarted and returned all the same.',
    scenario: scenarioOf([plug('s2'), plug('s1', 20_000)]),
    why: 'As fig-10d: nobody sends the Wake-on-LAN packet that the dead manager would have sent.',
  },
  {
    name: 'agent-of-manager-dead',
    of: '§4.1',
    promise: 'The agent of a manager is dead while its target fails: the manager before it recovers the target.',
    scenario: scenarioOf([at(0, { kind: 'agent', server: 's1', for_ms: 150_000 }), plug('s2', 1000)]),
    why: 'A server whose network and services answer counts as well, and its target is left to it for ever. A missing heartbeat together with an agent that does not answer over SEM has to count as a manager that is away.',
  },
  {
    name: 'power-cut',
    of: '§3.2',
    promise: 'All servers lose their power and boot again in any order: the ring runs again without an operator.',
    scenario: scenarioOf([
      at(0, { kind: 'power-cut', returns_ms: { s1: 30_000, s2: 31_000, s3: 60_000, s4: 45_000, s5: 20_000, s6: 90_000 } }),
    ]),
    why: 'The memory disks are empty, and everybody waits for files. Needs a copy on disk and the newest epoch.',
  },
  {
    name: 'full-memory-disk',
    of: '§2.4',
    promise: 'The memory disk of a bystander is full for a while: afterwards its files are those in force.',
    scenario: scenarioOf([stopped('s2'), at(15_000, { kind: 'disk', server: 's4', for_ms: 100_000 })]),
    why: 'write-file has no result: what failed is not written again until the next edit of the same file; an agent that restarts takes the old files.',
  },
];
