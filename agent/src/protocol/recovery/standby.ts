/** What a server's standby is doing. Only a `suspended` one can become a virtual server. */
export const STANDBY_STATES = ['absent', 'resetting', 'suspended', 'creating', 'created', 'serving'] as const;
export type StandbyState = (typeof STANDBY_STATES)[number];
