import type { RingView } from './ring-view.ts';

/** What `dbssctl ring show` tells that is not as it is before any failure, in words; empty when all is normal. */
export function abnormalities({ servers, witness, disagreements }: RingView): readonly string[] {
  return [
    ...servers.flatMap(({ name, state, heldBy, standby, normal, unreachable }) => [
      ...(unreachable === null ? [] : [`${name}: ${unreachable}`]),
      ...(state === 'managed' || state === 'managing' ? [] : [`${name} is ${state}`]),
      ...(heldBy === name ? [] : [`the address of ${name} is held by ${heldBy ?? 'nobody'}`]),
      ...(standby === 'suspended' ? [] : [`the standby of ${name} is ${standby ?? 'unknown'}`]),
      ...(normal === true ? [] : [`the services of ${name} are not normal`]),
    ]),
    ...(witness === null || witness.state === 'reachable' ? [] : [`the witness ${witness.name} is unreachable`]),
    ...disagreements,
  ];
}
