import { LEASE_PROFILES } from '../../../cli/src/inventory/lease-profiles.ts';
import { TIMING_PROFILES } from '../../../cli/src/inventory/timing-profiles.ts';
import { type Checked, installCheckers } from '../../../cli/src/simulator/checkers/install-checkers.ts';
import { INVARIANTS, type Invariant } from '../../../cli/src/simulator/checkers/promise.ts';
import { runUntilReturned } from '../../../cli/src/simulator/checkers/returned.ts';
import { madeRing, ownershipOf } from '../../../cli/src/simulator/made-ring.ts';
import { favouring, ringInMidInterval } from '../../../cli/src/simulator/normal.ts';
import { World } from '../../../cli/src/simulator/world.ts';

export interface StageSettings {
  readonly names: readonly string[];
  /** The server with the most room. */
  readonly host?: string;
  /** A majority with a witness is asked. */
  readonly majority?: boolean;
  /** It has a shared storage that is looked at. */
  readonly storage?: boolean;
  /** What is done here breaks these invariants without a mutation, too. */
  readonly exempt?: readonly Invariant[];
}

/** A ring in the profile `paper`, 5.00 s into an interval, to which a trial does something: the checkers look on. */
export class Stage {
  readonly world: World;
  /** Invariants that were violated and expectations that were not met, in their order. */
  readonly wrong: string[] = [];
  readonly #checked: Checked;
  readonly #before: number;
  readonly #exempt: readonly Invariant[];

  constructor({ names, host, majority = false, storage = false, exempt = [] }: StageSettings) {
    this.#exempt = exempt;
    const timing = TIMING_PROFILES.paper;
    const ownership = ownershipOf(names, { lease: LEASE_PROFILES.paper, witness: true });
    const world = new World(madeRing(names, { timing, examines_storage: storage, ...(majority ? { quorum: 'majority', ownership } : {}) }));
    if (host !== undefined) world.loadOf = favouring(host);
    this.world = ringInMidInterval(world);
    this.#before = world.transcript.length;
    const quorum = majority ? Math.floor(names.length / 2) + 1 : 1;
    this.#checked = installCheckers(world, timing, quorum, (invariant, what) => this.#report(invariant, what));
  }

  /** What happened on the stage. */
  get transcript(): readonly string[] {
    return this.world.transcript.slice(this.#before);
  }

  run(duration_ms: number): void {
    this.world.run(duration_ms);
  }

  /** Who answers for the address of a server. */
  holder(name: string): string {
    return this.world.network.holders(this.world.vipOf(name)).join(' and ');
  }

  /** How many lines of the transcript have this in them. */
  count(part: string): number {
    return this.transcript.filter((line) => line.includes(part)).length;
  }

  /** An expectation of this trial alone; `seen` is what there was instead. */
  expect(holds: boolean, expected: string, seen: string): void {
    if (holds) return;
    this.wrong.push(`stated expectation: ${expected}, and ${seen}`);
    this.world.note('', `!!! expected: ${expected}; ${seen}`);
  }

  /** Everything is repaired: until the ring is as it was generated, or has had its time for that. */
  untilReturned(): void {
    const { condition, bounds } = this.#checked;
    runUntilReturned(this.world, condition, bounds, (invariant, what) => this.#report(invariant, what));
  }

  #report(invariant: Invariant, what: string): void {
    if (this.#exempt.includes(invariant)) return;
    this.wrong.push(`${String(invariant)} ${INVARIANTS[invariant]}: ${what}`);
    this.world.note('', `!!! invariant ${String(invariant)}: ${what}`);
  }
}
