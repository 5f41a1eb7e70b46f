import type { Fault } from './fault.ts';
import type { NetworkName } from './faults.ts';
import type { World } from './world.ts';

/** Let a fault befall the world now, and be repaired after its time. */
export function cause(world: World, fault: Fault): void {
  switch (fault.kind) {
    case 'power':
      power(world, fault);
      return;
    case 'service':
      service(world, fault);
      return;
    case 'reboot':
      world.restart(fault.server, 0, fault.for_ms);
      world.disturbed('reboot');
      return;
    case 'agent':
      if (world.existing(fault.server).agentRuns) world.restartAgent(fault.server, fault.for_ms);
      return;
    case 'flag':
      until(world, fault, (broken) => {
        // After a restart of the machine there is no flag file to bring back: it comes with the management files.
        if (world.host(fault.server).disk.files.size > 0) world.setFlag(fault.server, !broken);
      });
      return;
    case 'link':
      until(world, fault, (broken) => world.link(fault.server, fault.network, !broken));
      return;
    case 'one-way':
      until(world, fault, (broken) => {
        if (fault.direction === 'in') cut(world, fault.network, '*', fault.server, broken);
        else cut(world, fault.network, fault.server, '*', broken);
      });
      return;
    case 'partition':
      until(world, fault, (broken) => {
        cut(world, fault.network, fault.server, fault.other, broken);
        cut(world, fault.network, fault.other, fault.server, broken);
      });
      return;
    case 'switch':
      until(world, fault, (broken) => world.switch(fault.which, !broken));
      return;
    case 'freeze':
      freeze(world, fault);
      return;
    case 'slow':
      until(world, fault, (broken) => {
        world.note(fault.server, broken ? `*** slow by ${String(fault.slow_ms)} ms` : '*** as fast as ever');
        const host = world.existing(fault.server);
        host.slow_ms = broken ? fault.slow_ms : 0;
        // What has piled up is worked off first.
        if (!broken) world.at(Math.max(0, host.busyUntil_ms - world.now_ms), () => world.disturbed('slow'));
      });
      return;
    case 'clock-step':
      world.note(fault.server, `*** clock stepped by ${String(fault.skew_ms)} ms`);
      world.existing(fault.server).clock.skew_ms += fault.skew_ms;
      world.disturbed('clock-step');
      return;
    case 'clock-drift':
      world.note(fault.server, `*** clock runs at ${String(fault.rate)}`);
      world.existing(fault.server).clock.setRate(fault.rate, world.now_ms);
      world.disturbed('clock-drift');
      return;
    case 'disk':
      until(world, fault, (broken) => {
        world.note(fault.server, broken ? '*** disk full' : '*** disk has room');
        world.existing(fault.server).diskFull = broken;
      });
      return;
    case 'messages':
      until(world, fault, (broken) => {
        world.note('', broken ? `*** messages: ${JSON.stringify(fault.disturbance)}` : '*** messages as ever');
        world.faults.disturbance = broken ? fault.disturbance : undefined;
      });
      return;
    case 'hypervisor':
      until(world, fault, (broken) => {
        const { hypervisorFaults } = world.host(fault.server);
        world.note(fault.server, broken ? `*** hypervisor fails: ${fault.how}` : '*** hypervisor well');
        if (broken) hypervisorFaults.add(fault.how);
        else hypervisorFaults.delete(fault.how);
      });
      return;
    case 'address':
      until(world, fault, (broken) => {
        world.note(fault.server, broken ? '*** interface refuses' : '*** interface well');
        if (broken) world.host(fault.server).stuckAddresses.add(world.vipOf(fault.server));
        else world.host(fault.server).stuckAddresses.clear();
      });
      return;
    case 'ping':
      for (const other of world.names) world.faults.losePing(fault.server, world.realIpOf(other));
      world.disturbed('ping');
      return;
    case 'configuration':
      configuration(world, fault);
      return;
    case 'storage':
      until(world, fault, (broken) => {
        world.note('', broken ? `*** shared storage: ${fault.how}` : '*** shared storage well');
        if (fault.how === 'hangs') world.faults.storageHangs = broken;
        else world.faults.storageFull = broken;
      });
      return;
    case 'power-cut':
      for (const name of world.names) world.plug(name);
      for (const [name, after_ms] of Object.entries(fault.returns_ms)) world.powerOnAfter(name, after_ms);
      world.disturbed('power-cut');
  }
}

/** Each edit of a server is another one. */
function configuration(world: World, { server, works }: Fault & { readonly kind: 'configuration' }): void {
  const host = world.existing(server);
  if (!host.on) return;
  const edited = `edited at ${String(world.now_ms)}`;
  if (works === 'here') for (const other of world.hosts.values()) if (other.name !== server) other.brokenConfigurations.add(edited);
  world.changeConfiguration(server, edited);
}

/** Break something now and repair it after the fault's time. */
function until(world: World, { kind, for_ms }: { readonly kind: string; readonly for_ms: number }, set: (broken: boolean) => void): void {
  // What the change sets off at once comes after it.
  const change = (broken: boolean): void => {
    world.disturbed(kind);
    set(broken);
    world.disturbed(kind);
  };
  change(true);
  world.at(for_ms, () => change(false));
}

function power(world: World, { server, for_ms }: Fault & { kind: 'power' }): void {
  const host = world.existing(server);
  if (for_ms !== undefined) host.starts_when_asked = false;
  world.plug(server);
  if (for_ms === undefined) return;
  world.at(for_ms, () => {
    host.starts_when_asked = true;
    world.powerOn(server);
  });
}

function service(world: World, { server, daemon: named, how, for_ms }: Fault & { kind: 'service' }): void {
  const host = world.host(server);
  const daemon = named ?? host.services[0] ?? '';
  if (how !== 'stopped') host.disabled.add(daemon);
  if (how === 'broken') host.broken.add(daemon);
  world.stopDaemon(server, daemon);
  if (how !== 'broken') return;
  world.at(for_ms, () => {
    world.note(server, `*** ${daemon} repaired`);
    host.broken.delete(daemon);
    host.disabled.delete(daemon);
    world.disturbed('service');
  });
}

function freeze(world: World, { server, for_ms, messagesLost }: Fault & { kind: 'freeze' }): void {
  if (!world.existing(server).on || world.existing(server).frozen) return;
  world.freeze(server);
  world.at(for_ms, () => {
    const { frozenEvents } = world.existing(server);
    const kept = messagesLost ? frozenEvents.filter(({ kind }) => kind !== 'call' && kind !== 'datagram') : frozenEvents.slice();
    frozenEvents.splice(0, frozenEvents.length, ...kept);
    world.thaw(server);
  });
}

function cut(world: World, network: NetworkName, from: string, to: string, broken: boolean): void {
  world.note('', `*** ${network}: ${from} to ${to} ${broken ? 'cut' : 'open'}`);
  world.faults.cut(network, from, to, broken);
}
