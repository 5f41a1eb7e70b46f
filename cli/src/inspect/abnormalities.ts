import type { RingView } from './ring-view.ts';

/** What `dbssctl ring show` tells that is not as it is before any failure, in words; empty when all is normal. */
export function abnormalities({ servers, witness, voters, disagreements }: RingView): readonly string[] {
  return [
    ...servers.flatMap(({ name, state, heldBy, lease, standby, normal, storageInDoubt, unreachable }) => [
      ...(unreachable === null ? [] : [`${name}: ${unreachable}`]),
      ...(state === 'managed' || state === 'managing' ? [] : [`${name} is ${state}`]),
      ...(heldBy === name ? [] : [`the address of ${name} is held by ${heldBy ?? 'nobody'}`]),
      // Without voters there are no leases.
      ...(voters === null || heldBy !== name || lease === 'held' ? [] : [`the lease of ${name} is ${lease ?? 'unknown'}`]),
      ...(standby === 'suspended' ? [] : [`the standby of ${name} is ${standby ?? 'unknown'}`]),
      ...(normal === true ? [] : [`the services of ${name} are not normal`]),
      ...(storageInDoubt === null ? [] : [`the shared storage is in doubt for ${name}`]),
    ]),
    ...(witness === null || witness.state === 'reachable' ? [] : [`the witness ${witness.name} is unreachable`]),
    ...disagreements,
  ];
}
