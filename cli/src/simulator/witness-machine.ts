import type { Instant } from '@dbss/agent/protocol/events.ts';
import type { Found } from '@dbss/agent/protocol/server/server-events.ts';
import { advanceWitness, initialWitnessState, type WitnessState } from '@dbss/agent/protocol/witness/witness.ts';
import { type Machine, type MachineHappening, newMachine } from './machine.ts';
import { setTimer } from './perform-effect.ts';
import { performLeaseEffect } from './perform-ownership.ts';
import type { SimulatedRing } from './simulated-ring.ts';
import type { Surroundings } from './surroundings.ts';

/** The witness: a machine on both networks that votes and does nothing else. */
export interface WitnessMachine extends Machine {
  witness: WitnessState;
}

export function isWitness(machine: Machine): machine is WitnessMachine {
  return 'witness' in machine;
}

/** The witness of a ring that has one. */
export function newWitness(ring: SimulatedRing, start_ms: number): WitnessMachine | undefined {
  const configuration = ring.configurations.get(ring.names[0] ?? '');
  const voter = configuration?.ownership?.voters.find(({ witness }) => witness);
  if (configuration?.ownership === undefined || configuration.quorum === 'none' || voter === undefined) return undefined;
  return {
    ...newMachine(voter.name, start_ms, ring.clockRates?.[voter.name] ?? 1),
    witness: initialWitnessState(configuration.cluster, voter.name, configuration.ownership),
  };
}

/** Its agent starts with what lies on its disk. */
export function startWitness(world: Surroundings, machine: WitnessMachine, found: Found): void {
  const { cluster, name, ownership } = machine.witness;
  machine.witness = initialWitnessState(cluster, name, ownership?.inventory);
  world.tell(machine, {
    kind: 'started',
    boot_id: `boot-${name}-${String(machine.boots)}`,
    incarnation: `${name}-${String(machine.starts)}`,
    held_addresses: [],
    physical_memory_kb: 1_000_000,
    cpu_cores: 1,
    standby: 'absent',
    found,
  });
}

export function witnessEvent(world: Surroundings, machine: WitnessMachine, event: MachineHappening, now: Instant): void {
  const { state, effects } = advanceWitness(machine.witness, { ...event, now });
  machine.witness = state;
  for (const effect of effects) {
    switch (effect.kind) {
      case 'log':
        world.note(machine.name, effect.background ? `__${effect.text}` : effect.text);
        break;
      case 'set-timer':
        setTimer(world, machine, effect);
        break;
      case 'cancel-timer':
        machine.timers.delete(effect.timer);
        break;
      case 'answer':
        world.messages.answer(effect.call, effect.answer);
        break;
      default:
        performLeaseEffect(world, machine, effect);
    }
  }
}
