import type { OwnershipEffect } from '@dbss/agent/protocol/ownership/ownership-effects.ts';
import type { OwnershipOutcome } from '@dbss/agent/protocol/ownership/ownership-events.ts';
import type { NoteInGuestEffect, ProtectEffect } from '@dbss/agent/protocol/server/server-effects.ts';
import type { Machine } from './machine.ts';
import type { Surroundings } from './surroundings.ts';

/** What a holder and a voter ask of their machine, beside logs and timers. */
export type LeaseEffect =
  Exclude<OwnershipEffect, { readonly kind: 'log' | 'set-timer' | 'cancel-timer' }> | ProtectEffect | NoteInGuestEffect;

const DONE: OwnershipOutcome = { kind: 'done' };

/** Do to a machine what the ownership of addresses asks for. What a frozen machine's programs were about to do they do when it thaws. */
export function performLeaseEffect(world: Surroundings, machine: Machine, effect: LeaseEffect): void {
  const { durations } = world;
  switch (effect.kind) {
    case 'send-datagram':
      world.datagrams.send(machine, effect.to, effect.message);
      return;
    case 'draw-nonce':
      machine.nonces += 1;
      settle(world, machine, effect.request, 0, () => ({ kind: 'nonce', nonce: nonceOf(machine) }));
      return;
    case 'store-claim':
      settle(world, machine, effect.request, durations.memory, () => {
        if (effect.claim === undefined) machine.inGuest.delete(effect.address);
        if (effect.claim === undefined) machine.claims.delete(effect.address);
        else machine.claims.set(effect.address, effect.claim);
        return DONE;
      });
      return;
    case 'note-in-guest':
      machine.inGuest.add(effect.address);
      return;
    case 'store-voter':
      settle(world, machine, effect.request, durations.disk, () => {
        if (machine.diskFull) return { kind: 'failed', reason: 'no space left on device' };
        machine.voter = effect.document;
        return DONE;
      });
      return;
    default:
      kernelWork(world, machine, effect);
  }
}

type KernelEffect = Extract<LeaseEffect, { readonly kind: 'stage-lease' | 'switch-lease' | 'drop-lease' | 'protect-address' }>;

/** Orders to the kernel are carried out one after the other. */
function kernelWork(world: Surroundings, machine: Machine, effect: KernelEffect): void {
  const act = (): void => {
    const { address } = effect;
    const passed = machine.kernel.hasLease(address, world.now_ms);
    change(world, machine, effect);
    if (effect.kind === 'switch-lease') watchEnd(world, machine, address);
    if (effect.kind === 'protect-address' || passed !== machine.kernel.hasLease(address, world.now_ms)) world.changed(address);
  };
  if ('request' in effect) {
    settle(world, machine, effect.request, world.durations.kernel, () => {
      act();
      return DONE;
    });
  } else later(world, machine, world.durations.kernel, act);
}

function change(world: Surroundings, { kernel, clock }: Machine, effect: KernelEffect): void {
  switch (effect.kind) {
    case 'protect-address':
      kernel.protect(effect.address, effect.where);
      return;
    case 'stage-lease':
      // The kernel ends it as late as it may.
      kernel.stage(
        effect.address,
        effect.mark,
        world.now_ms + clock.trueDuration_ms(effect.length_ms) + world.durations.kernelGuard,
        world.now_ms,
      );
      return;
    case 'switch-lease':
      kernel.switchTo(effect.address, effect.mark);
      return;
    case 'drop-lease':
      kernel.drop(effect.address);
  }
}

/** The end of a lease is nobody's doing: who answers is looked at again then. */
function watchEnd(world: Surroundings, machine: Machine, address: string): void {
  const until_ms = machine.kernel.until_ms(address);
  if (until_ms <= world.now_ms) return;
  world.at(until_ms - world.now_ms, () => {
    if (machine.kernel.until_ms(address) === until_ms) world.changed(address);
  });
}

/** Let a program of the machine do something after a while; frozen, it does it when it thaws. */
function later(world: Surroundings, machine: Machine, delay_ms: number, act: () => void): void {
  const { boots } = machine;
  world.at(delay_ms, () => {
    if (!machine.on || machine.boots !== boots) return;
    if (machine.frozen) machine.frozenWork.push(act);
    else act();
  });
}

function settle(world: Surroundings, machine: Machine, request: string, delay_ms: number, act: () => OwnershipOutcome): void {
  const { starts } = machine;
  later(world, machine, delay_ms, () => {
    const outcome = act();
    if (machine.starts === starts) world.tell(machine, { kind: 'result', request, outcome });
  });
}

/** Never the same twice: of 32 hex digits, from the machine's name, its boots and a count. */
function nonceOf({ name, boots, nonces }: Machine): string {
  const text = [...`${name}.${String(boots)}.${String(nonces)}`].map((letter) => letter.charCodeAt(0).toString(16)).join('');
  return text.padStart(32, '0').slice(-32);
}
