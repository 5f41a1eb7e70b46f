import { FAULT_KINDS } from '../../cli/src/simulator/fault.ts';
import type { Promises } from '../../cli/src/simulator/run-scenario.ts';
import type { SoakSettings } from './random-scenario.ts';

/** What a soak does, and what it holds the ring to. */
export interface SoakLevel {
  readonly settings: SoakSettings;
  readonly promises: Promises;
}

/**
 * Without a quorum a server that is frozen or cut off keeps its address while a virtual server takes it; a slow service looks like a failed one; a
 * manager that alone does not reach its target believes itself. When messages are lost, so may be the word to give an address up, and a creation whose
 * answer is lost, or that hangs, is waited for longer than a recovery may take. What a full disk did not take is not written later.
 */
const WITHOUT_QUORUM: Promises = {
  exemptions: {
    freeze: [1],
    messages: [1, 4],
    hypervisor: [4],
    disk: [6],
    slow: [1, 5],
    'one-way': [1, 2, 3, 4, 5, 6],
    partition: [1, 2, 3, 4, 5, 6],
  },
  quorumOf: () => 1,
};

/**
 * With a majority no exemption of invariant 1 is left, at any level. What the others do not hold without a quorum they do not hold with one; a target that
 * lives and cannot be asked over SEM keeps its address, whatever else fails.
 */
const WITH_MAJORITY: Promises = {
  exemptions: {
    messages: [4],
    hypervisor: [4],
    disk: [4, 6],
    slow: [4, 5],
    'one-way': [2, 3, 4, 5, 6],
    partition: [2, 3, 4, 5, 6],
    'power-cut': [2, 3, 4, 5, 6, 7],
  },
  quorumOf: (servers) => Math.floor(servers / 2) + 1,
};

/** Invariant 1 alone, of whatever befalls a ring. */
const ONE_HOLDER: Promises = {
  exemptions: Object.fromEntries(FAULT_KINDS.map((kind) => [kind, [2, 3, 4, 5, 6, 7]])),
  quorumOf: (servers) => servers + 1,
};

/** Everything, of every ring: half of the servers and the witness are a quorum. */
const WITH_QUORUM: Promises = { exemptions: {}, quorumOf: (servers) => Math.ceil(servers / 2) };

const FAILURES = ['power', 'service', 'reboot', 'agent', 'flag'] as const;
const DISTURBANCES = ['link', 'switch', 'freeze', 'slow', 'one-way', 'partition', 'power-cut'] as const;
const BURDENS = ['ping', 'clock-step', 'clock-drift', 'hypervisor', 'address', 'disk', 'messages'] as const;

export const LEVELS = {
  /** `quorum: none`, one failure at a time, with whatever makes its recovery harder. */
  single: { settings: { kinds: [...FAILURES, ...DISTURBANCES], several: 1, burdens: BURDENS }, promises: WITHOUT_QUORUM },
  /** `quorum: none`, several failures at once and one after another. */
  several: { settings: { kinds: FAILURES, several: 4, burdens: BURDENS }, promises: WITHOUT_QUORUM },
  /** `quorum: majority`, one failure at a time. */
  majority: {
    settings: { kinds: [...FAILURES, ...DISTURBANCES], several: 1, burdens: BURDENS, majority: { most: 6 } },
    promises: WITH_MAJORITY,
  },
  /** `quorum: majority`, every kind, several at once: never two holders. */
  'one-holder': {
    settings: { kinds: [...FAILURES, ...DISTURBANCES], several: 4, burdens: BURDENS, majority: { most: 5 } },
    promises: ONE_HOLDER,
  },
  /** Every kind, several at once, everything promised. */
  full: { settings: { kinds: [...FAILURES, ...DISTURBANCES], several: 4, burdens: BURDENS }, promises: WITH_QUORUM },
} as const satisfies Record<string, SoakLevel>;

export type LevelName = keyof typeof LEVELS;

/** The level that the protocol of this source is held to. */
export const PRESENT_LEVEL: LevelName = 'single';
