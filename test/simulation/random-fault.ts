import * as fc from 'fast-check';
import type { World } from '../support/world.ts';

/** One fault: what happens, and after how long it is repaired by hand where it does not repair itself. */
export type Fault =
  | { readonly kind: 'plug'; readonly server: number; readonly broken_ms: number }
  | { readonly kind: 'service'; readonly server: number; readonly how: 'stopped' | 'disabled' | 'broken'; readonly broken_ms: number }
  | { readonly kind: 'reboot'; readonly server: number; readonly boot_ms: number }
  | { readonly kind: 'link'; readonly server: number; readonly network: 'service' | 'sem'; readonly down_ms: number }
  | { readonly kind: 'agent'; readonly server: number; readonly down_ms: number }
  | { readonly kind: 'freeze'; readonly server: number; readonly frozen_ms: number; readonly messagesLost: boolean }
  | { readonly kind: 'flag'; readonly server: number; readonly away_ms: number }
  | { readonly kind: 'switch'; readonly which: 'service' | 'sem' | 'gateway'; readonly off_ms: number }
  | { readonly kind: 'clock'; readonly server: number; readonly skew_ms: number }
  | { readonly kind: 'ping'; readonly server: number };

/** When in the interval it happens, and what makes its recovery harder: a message that is lost, a host that cannot do its part. */
export interface Happening {
  readonly fault: Fault;
  readonly at: number;
  readonly lostMessage: number | undefined;
  readonly badHost: { readonly server: number; readonly fault: 'resume' | 'install' | 'hang' | 'remove-address' } | undefined;
}

const server = fc.nat(11);
const duration = fc.oneof(fc.integer({ min: 10, max: 15_000 }), fc.integer({ min: 15_000, max: 250_000 }));

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('plug' as const), server, broken_ms: fc.oneof(fc.constant(0), duration) }),
  fc.record({
    kind: fc.constant('service' as const),
    server,
    how: fc.constantFrom('stopped' as const, 'disabled' as const, 'broken' as const),
    broken_ms: duration,
  }),
  fc.record({ kind: fc.constant('reboot' as const), server, boot_ms: duration }),
  fc.record({
    kind: fc.constant('link' as const),
    server,
    network: fc.constantFrom('service' as const, 'sem' as const),
    down_ms: duration,
  }),
  fc.record({ kind: fc.constant('agent' as const), server, down_ms: duration }),
  fc.record({ kind: fc.constant('freeze' as const), server, frozen_ms: duration, messagesLost: fc.boolean() }),
  fc.record({ kind: fc.constant('flag' as const), server, away_ms: duration }),
  fc.record({
    kind: fc.constant('switch' as const),
    which: fc.constantFrom('service' as const, 'sem' as const, 'gateway' as const),
    off_ms: duration,
  }),
  fc.record({ kind: fc.constant('clock' as const), server, skew_ms: fc.integer({ min: -5_000_000, max: 5_000_000 }) }),
  fc.record({ kind: fc.constant('ping' as const), server }),
);

export const happening: fc.Arbitrary<Happening> = fc.record({
  fault,
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  lostMessage: fc.option(fc.nat(60), { nil: undefined, freq: 2 }),
  badHost: fc.option(
    fc.record({ server, fault: fc.constantFrom('resume' as const, 'install' as const, 'hang' as const, 'remove-address' as const) }),
    { nil: undefined, freq: 2 },
  ),
});

/** Let a fault happen now. Returns the longest time after which a person has repaired what does not repair itself. */
export function cause(world: World, what: Fault): number {
  const name = 'server' in what ? (world.names[what.server % world.names.length] ?? '') : '';
  const host = world.hosts.get(name);
  switch (what.kind) {
    case 'plug':
      if (host !== undefined) host.starts_when_asked = what.broken_ms === 0;
      world.plug(name);
      if (what.broken_ms === 0) return 0;
      world.at(what.broken_ms, () => {
        if (host !== undefined) host.starts_when_asked = true;
        world.powerOn(name);
      });
      return what.broken_ms;
    case 'service':
      if (what.how !== 'stopped') host?.disabled.add(`${name}d`);
      if (what.how === 'broken') host?.broken.add(`${name}d`);
      world.stopDaemon(name);
      if (what.how !== 'broken') return 0;
      world.at(what.broken_ms, () => {
        host?.broken.clear();
        host?.disabled.clear();
      });
      return what.broken_ms;
    case 'reboot':
      world.restart(name, 0, what.boot_ms);
      return what.boot_ms;
    case 'link':
      world.link(name, what.network, false);
      world.at(what.down_ms, () => {
        world.link(name, what.network, true);
      });
      return what.down_ms;
    case 'agent':
      world.restartAgent(name, what.down_ms);
      return what.down_ms;
    case 'freeze':
      world.freeze(name);
      world.at(what.frozen_ms, () => {
        if (host !== undefined && what.messagesLost) {
          const kept = host.frozenEvents.filter((event) => event.kind !== 'call');
          host.frozenEvents.splice(0, host.frozenEvents.length, ...kept);
        }
        world.thaw(name);
      });
      return what.frozen_ms;
    case 'flag':
      world.setFlag(name, false);
      world.at(what.away_ms, () => {
        world.setFlag(name, true);
      });
      return what.away_ms;
    case 'switch':
      switchOff(world, what.which, false);
      world.at(what.off_ms, () => {
        switchOff(world, what.which, true);
      });
      return what.off_ms;
    case 'clock':
      if (host !== undefined) host.skew_ms = what.skew_ms;
      return 0;
    case 'ping':
      for (const other of world.names) world.faults.losePing(name, world.realIpOf(other));
      return 0;
  }
}

function switchOff(world: World, which: 'service' | 'sem' | 'gateway', on: boolean): void {
  if (which === 'service') world.network.serviceSwitch = on;
  else if (which === 'sem') world.messages.semSwitch = on;
  else world.network.gatewayAnswers = on;
}
