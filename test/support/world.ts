import type { RingConfiguration } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { madeRing } from '../../cli/src/simulator/made-ring.ts';
import { World as SimulatedWorld } from '../../cli/src/simulator/world.ts';

/** A simulated world whose ring is made of names alone. */
export class World extends SimulatedWorld {
  constructor(names: readonly string[], overrides: Partial<RingConfiguration> = {}) {
    super(madeRing(names, overrides));
  }
}
