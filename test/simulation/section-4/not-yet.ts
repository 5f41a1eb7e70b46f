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
];
