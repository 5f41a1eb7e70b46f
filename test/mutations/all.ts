import { OWNERSHIP_MUTATIONS } from '../explore/mutations/ownership-mutations.ts';
import { VOTERS_MUTATIONS } from '../explore/mutations/voters-mutations.ts';
import { exploredMutation } from '../explore/mutations/explored-mutation.ts';
import { RING_MUTATIONS } from '../soak/mutations/ring-mutations.ts';
import type { Mutation } from './mutation.ts';

/** Every rule that the table drops: of ownership, by the explorer; of the ring, of SEM and of restraint, by the simulator. */
export const MUTATIONS: readonly Mutation[] = [...[...OWNERSHIP_MUTATIONS, ...VOTERS_MUTATIONS].map(exploredMutation), ...RING_MUTATIONS];
