import type { Exemption } from '../../cli/src/simulator/exemption.ts';
import type { Promises } from '../../cli/src/simulator/run-scenario.ts';
import type { SoakSettings } from './random-scenario.ts';

/** What a soak does to rings of one kind, and what it holds them to. */
export interface SoakPart {
  readonly settings: SoakSettings;
  readonly promises: Promises;
}

/**
 * A target that lives and can be asked nothing keeps its address, whoever else takes it: it is frozen, its agent is dead or slow, or no message comes through
 * between it and who recovers it. That one cannot tell this from a target that is dead, and without a quorum it decides alone; so may a second one that it
 * cannot reach. While it lasts, of any server: it is the same whether the target's cable is out or its manager's.
 */
const ADDRESS_OF_A_SILENT_TARGET: Exemption = {
  kinds: ['freeze', 'slow', 'agent', 'link', 'one-way', 'partition', 'switch', 'messages', 'address'],
  invariant: 1,
  ofAll: true,
};

/**
 * Two servers that do not reach each other, and nobody else in the ring who could be asked: each finds the other one dead. And a target that is slower than the
 * examination waits is found dead by everybody.
 */
const HEALTHY_BUT_OUT_OF_REACH: Exemption = { kinds: ['partition', 'slow'], invariant: 5 };

/**
 * Nor is it served by whoever took the address beside a holder that stands still: clients reach the one or the other. And the target does not get it back
 * while a virtual server may have it whose host's agent is dead.
 */
const BESIDE_A_SILENT_HOLDER: Exemption = { kinds: ['freeze', 'agent'], invariant: 4, ofAll: true };

/** Who deletes the flag file wants a stop that outlives a power cut (decision 0322): of a small ring too few copies may be left to start from. */
const STOPPED_BY_HAND: readonly Exemption[] = [
  { kinds: ['flag'], together: ['power', 'reboot', 'power-cut'], invariant: 6 },
  { kinds: ['flag'], together: ['power', 'reboot', 'power-cut'], invariant: 7 },
];

/**
 * A target that lives, whose service is ill and whose SEM cable is out renews its lease over the service network, and nothing is taken from it that was not
 * fenced (decision 0351).
 */
const HELD_BY_A_LIVING_TARGET: Exemption = { kinds: ['link'], invariant: 4 };

/** Whose services hang with the storage writes no heartbeat, and is examined by all that know of it. */
const EXAMINED_BY_ALL: Exemption = { kinds: ['storage'], invariant: 3 };

/** A service that hung with the storage, and a network that is disturbed in the reexamination: two findings, of which each by itself would have been examined again. */
const HUNG_AND_NOT_REACHED: Exemption = {
  kinds: ['storage'],
  together: ['ping', 'link', 'one-way', 'partition', 'switch', 'messages', 'freeze', 'slow', 'reboot'],
  invariant: 5,
};

/** At most half of the servers look dead; of more, nobody is taken over. */
const WITHOUT_QUORUM: Promises = {
  exemptions: [
    ADDRESS_OF_A_SILENT_TARGET,
    BESIDE_A_SILENT_HOLDER,
    HEALTHY_BUT_OUT_OF_REACH,
    EXAMINED_BY_ALL,
    HUNG_AND_NOT_REACHED,
    ...STOPPED_BY_HAND,
  ],
  quorumOf: (servers) => Math.ceil(servers / 2),
};

/** With a majority one holds, whatever befalls the ring. */
const WITH_MAJORITY: Promises = {
  exemptions: [HELD_BY_A_LIVING_TARGET, HEALTHY_BUT_OUT_OF_REACH, EXAMINED_BY_ALL, HUNG_AND_NOT_REACHED, ...STOPPED_BY_HAND],
  quorumOf: (servers) => Math.floor(servers / 2) + 1,
};

const FAILURES = ['power', 'service', 'reboot', 'agent', 'flag'] as const;
const DISTURBANCES = ['link', 'switch', 'freeze', 'slow', 'one-way', 'partition', 'power-cut'] as const;
const BURDENS = ['ping', 'clock-step', 'clock-drift', 'hypervisor', 'address', 'disk', 'messages'] as const;
const EVERY_KIND = { kinds: [...FAILURES, ...DISTURBANCES], burdens: BURDENS } as const;

const ONE_WITHOUT_QUORUM: SoakPart = { settings: { ...EVERY_KIND, several: 1 }, promises: WITHOUT_QUORUM };
const SEVERAL_WITHOUT_QUORUM: SoakPart = { settings: { ...EVERY_KIND, several: 4 }, promises: WITHOUT_QUORUM };
/** Such rings are smaller: each of their servers asks each other one several times a second. */
const SEVERAL_WITH_MAJORITY: SoakPart = { settings: { ...EVERY_KIND, several: 4, majority: { most: 6 } }, promises: WITH_MAJORITY };

const P2P = { method: { method: 'p2p' } } as const;

/** Each level by its parts, which take turns seed by seed. */
export const LEVELS = {
  /** `quorum: none` twice in three seeds, `quorum: majority` in the third; one to four faults of every kind, and as many burdens. */
  mixed: [SEVERAL_WITHOUT_QUORUM, SEVERAL_WITH_MAJORITY, SEVERAL_WITHOUT_QUORUM],
  /** `quorum: none`, one failure at a time, with whatever makes its recovery harder. */
  single: [ONE_WITHOUT_QUORUM],
  /** `quorum: none`, several at once and one after another. */
  several: [SEVERAL_WITHOUT_QUORUM],
  /** `quorum: majority`, several at once and one after another. */
  majority: [SEVERAL_WITH_MAJORITY],
  /** The P2P method with and without a majority, like `mixed`. */
  p2p: [
    { ...SEVERAL_WITHOUT_QUORUM, settings: { ...SEVERAL_WITHOUT_QUORUM.settings, ...P2P } },
    { ...SEVERAL_WITH_MAJORITY, settings: { ...SEVERAL_WITH_MAJORITY.settings, ...P2P } },
  ],
  /** Everything promised, of rings that ask nobody: what a quorum is for. */
  full: [{ ...SEVERAL_WITHOUT_QUORUM, promises: { ...WITHOUT_QUORUM, exemptions: [] } }],
} as const satisfies Record<string, readonly [SoakPart, ...SoakPart[]]>;

export type LevelName = keyof typeof LEVELS;

/** The level that the protocol of this source is held to. */
export const PRESENT_LEVEL: LevelName = 'mixed';

/** What a level does for a seed. */
export function partOf(level: LevelName, seed: number): SoakPart {
  const parts: readonly SoakPart[] = LEVELS[level];
  const part = parts[seed % parts.length];
  if (part === undefined) throw new Error(`level ${level} has no part for seed ${String(seed)}`);
  return part;
}
