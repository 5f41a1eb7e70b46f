import { at, plug, scenarioOf, type Section4Scenario, stopped } from './scenario-of.ts';

/** A scenario whose promise the protocol does not keep, with the reason and with what it needs. */
export interface NotYet extends Section4Scenario {
  readonly why: string;
}

/** What does not hold yet. `npm run soak -- --scenario NAME` prints the transcript. */
export const NOT_YET: readonly NotYet[] = [
  {
    name: 'agent-of-manager-dead',
    of: '§4.1',
    promise: 'The agent of a manager is dead while its target fails: the manager before it recovers the target.',
    scenario: scenarioOf([at(0, { kind: 'agent', server: 's1', for_ms: 150_000 }), plug('s2', 1000)]),
    why: 'A server whose network and services answer counts as well, and its target is left to it for ever. A missing heartbeat together with an agent that does not answer over SEM has to count as a manager that is away.',
  },
  {
    name: 'full-memory-disk',
    of: '§2.4',
    promise: 'The memory disk of a bystander is full for a while: afterwards its files are those in force.',
    scenario: scenarioOf([stopped('s2'), at(15_000, { kind: 'disk', server: 's4', for_ms: 100_000 })]),
    why: 'write-file has no result: what failed is not written again until the next edit of the same file; an agent that restarts takes the old files.',
  },
];
