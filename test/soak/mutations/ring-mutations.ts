import type { Mutation } from '../../mutations/mutation.ts';
import { ADDRESS_MUTATIONS } from './address-mutations.ts';
import { MANAGEMENT_MUTATIONS } from './management-mutations.ts';
import { PROCEDURE_MUTATIONS } from './procedure-mutations.ts';
import { RECOVERY_MUTATIONS } from './recovery-mutations.ts';
import { RESTRAINT_MUTATIONS } from './restraint-mutations.ts';
import { SEM_MUTATIONS } from './sem-mutations.ts';

/** Rules of SEM, of the ring, of restraint and of captured procedures, which the simulator tries. */
export const RING_MUTATIONS: readonly Mutation[] = [
  ...SEM_MUTATIONS,
  ...MANAGEMENT_MUTATIONS,
  ...RECOVERY_MUTATIONS,
  ...ADDRESS_MUTATIONS,
  ...RESTRAINT_MUTATIONS,
  ...PROCEDURE_MUTATIONS,
];
