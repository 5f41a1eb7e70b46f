import type { Effect } from '@dbss/agent/protocol/effects.ts';
import type { Outcome } from '@dbss/agent/protocol/events.ts';
import type { AskWhoHasEffect, ServerEffect } from '@dbss/agent/protocol/server/server-effects.ts';
import { canRun, type Host, newStandby } from './host.ts';
import type { Machine } from './machine.ts';
import { performLeaseEffect } from './perform-ownership.ts';
import { installedVersion, performProcedureEffect } from './perform-procedure.ts';
import type { Surroundings } from './surroundings.ts';

function done(elapsed_ms: number): Outcome {
  return { kind: 'done', elapsed_ms };
}

function failed(reason: string, elapsed_ms: number): Outcome {
  return { kind: 'failed', reason, elapsed_ms };
}

/** Do to the world what a host's agent asks for. Work that was begun ends even when the agent that began it is gone. */
export function performEffect(world: Surroundings, host: Host, effect: ServerEffect): void {
  switch (effect.kind) {
    case 'log':
      world.note(host.name, effect.background ? `__${effect.text}` : effect.text);
      return;
    case 'set-timer':
      setTimer(world, host, effect);
      return;
    case 'cancel-timer':
      host.timers.delete(effect.timer);
      return;
    case 'write-file':
      writeFile(world, host, effect.name, effect.content);
      return;
    case 'write-flag':
      writeFile(world, host, 'flag', '');
      return;
    case 'write-copy':
      if (!host.diskFull) host.copy = effect.content;
      return;
    case 'call':
      world.messages.call(host, effect);
      return;
    case 'answer':
      world.messages.answer(effect.call, effect.answer);
      return;
    case 'ping':
      ping(world, host, effect);
      return;
    case 'ask-who-has':
      askWhoHas(world, host, effect);
      return;
    case 'check-service':
      checkService(world, host, effect);
      return;
    case 'check-storage':
      checkStorage(world, host, effect);
      return;
    case 'measure-load': {
      const { available_memory_kb, cpu_idle_percent, network_kb_s } = world.loadOf(host.name);
      world.result(host, effect.request, 1, () => ({ kind: 'load', sample: { available_memory_kb, cpu_idle_percent, network_kb_s } }));
      return;
    }
    case 'add-address':
    case 'remove-address':
      changeAddress(world, host, effect);
      return;
    case 'start-daemons':
      world.result(host, effect.request, world.durations.service, () => {
        for (const daemon of effect.daemons) if (canRun(host, daemon)) host.daemons.add(daemon);
        world.changed();
        return done(world.durations.service);
      });
      return;
    case 'restart-machine':
      restartMachine(world, host, effect);
      return;
    case 'wake-on-lan': {
      const target = world.byMac(effect.mac);
      world.note(host.name, `*** magic packet for ${target?.name ?? effect.mac}`);
      const lost = world.faults.magicPacketsLost > 0;
      if (lost) world.faults.magicPacketsLost -= 1;
      if (!lost && target !== undefined && !target.on && target.starts_when_asked) world.powerOnAfter(target.name, world.durations.boot);
      world.result(host, effect.request, 1, () => done(1));
      return;
    }
    case 'fence':
      fence(world, host, effect);
      return;
    case 'prepare-hypervisor':
      return;
    case 'resume-standby':
    case 'install-procedure':
    case 'add-virtual-server-address':
    case 'remove-virtual-server-address':
    case 'reset-standby':
      hypervisorWork(world, host, effect);
      return;
    case 'list-procedures':
    case 'survey-configuration':
    case 'capture-procedure':
    case 'seal-procedure-anew':
    case 'store-procedure':
    case 'read-procedure':
    case 'tell-operator':
      performProcedureEffect(world, host, effect);
      return;
    default:
      performLeaseEffect(world, host, effect);
  }
}

/** The agent looks at its memory disk once a second, and then writes again what a full one did not take. */
const LOOK_MS = 1000;

function writeFile(world: Surroundings, host: Host, name: string, content: string): void {
  host.unwritten.set(name, content);
  if (!host.diskFull) writeUnwritten(host);
  else if (host.unwritten.size === 1) writeLater(world, host);
}

function writeUnwritten({ disk, unwritten }: Host): void {
  for (const [name, content] of unwritten) {
    if (name === 'flag') disk.flag = true;
    else disk.files.set(name, content);
  }
  unwritten.clear();
}

function writeLater(world: Surroundings, host: Host): void {
  const { starts } = host;
  world.at(LOOK_MS, () => {
    if (host.starts !== starts || host.unwritten.size === 0) return;
    if (host.diskFull) writeLater(world, host);
    else writeUnwritten(host);
  });
}

const TICK_MS = 0.01;

export function setTimer(world: Surroundings, host: Machine, { timer, after_ms }: Effect & { kind: 'set-timer' }): void {
  // A clock has ticks: what is left of a duration by rounding is one of them, and not no time at all.
  const wait_ms = host.clock.trueDuration_ms(after_ms > 0 ? Math.max(after_ms, TICK_MS) : 0);
  const at = world.now_ms + wait_ms;
  host.timers.set(timer, at);
  const { starts } = host;
  world.at(wait_ms, () => {
    if (host.starts !== starts || host.timers.get(timer) !== at) return;
    host.timers.delete(timer);
    world.tell(host, { kind: 'timer', timer });
  });
}

/** A server with a fencing device is off after a while, for certain. */
function fence(world: Surroundings, host: Host, { request, server }: Effect & { kind: 'fence' }): void {
  const { fencing } = world.durations;
  world.result(host, request, fencing, () => {
    if (!world.fenceable.has(server)) return failed(`${server} has no fencing device`, fencing);
    world.switchOff(server);
    return done(fencing);
  });
}

function ping(world: Surroundings, host: Host, { request, address, timeout_ms }: Effect & { kind: 'ping' }): void {
  const answered = !world.faults.losesPing(host.name, address) && world.network.answersPing(host, address);
  const elapsed_ms = answered ? world.durations.ping : timeout_ms;
  world.result(host, request, elapsed_ms, () => (answered ? done(elapsed_ms) : failed('no answer', elapsed_ms)));
}

function askWhoHas(world: Surroundings, host: Host, { request, address, limit_ms }: AskWhoHasEffect): void {
  const other = world.network.otherHolder(host, address);
  const elapsed_ms = other === undefined ? limit_ms : world.durations.ping;
  world.result(host, request, elapsed_ms, () =>
    other === undefined ? done(elapsed_ms) : { ...failed(`${other} has it`, elapsed_ms), held_by: other },
  );
}

function checkService(
  world: Surroundings,
  host: Host,
  { request, address, service, timeout_ms }: Effect & { kind: 'check-service' },
): void {
  const { answer: seen, slow_ms } = world.network.examine(host, address, service.daemon);
  const { storageHangs, storageOpensNothing, blind } = world.faults;
  const waitsForFiles = storageOpensNothing && seen === 'serves';
  const answer = storageHangs || waitsForFiles || blind.has(`${host.name} ${address}`) ? 'silent' : seen;
  const elapsed_ms = world.durations.service + slow_ms;
  const silence_ms = answer === 'silent' ? Math.min(timeout_ms, world.durations.unreachable) : timeout_ms;
  if (answer === 'silent' || elapsed_ms > timeout_ms) world.result(host, request, silence_ms, () => failed('no answer', silence_ms));
  else if (answer === 'serves' && world.faults.storageFull && service.work?.kind === 'mail')
    world.result(host, request, elapsed_ms, () => failed('the message has not come', elapsed_ms));
  else
    world.result(host, request, elapsed_ms, () =>
      answer === 'serves' ? done(elapsed_ms) : { ...failed('connection refused', elapsed_ms), refused: true },
    );
}

function checkStorage(world: Surroundings, host: Host, { request, demand, timeout_ms }: Effect & { kind: 'check-storage' }): void {
  const { storageHangs, storageOpensNothing, storageFull } = world.faults;
  const elapsed_ms = storageHangs ? timeout_ms : world.durations.ping;
  const failures = [
    storageHangs && 'it does not answer',
    storageOpensNothing && demand !== 'answer' && 'it opens no file',
    storageFull && demand === 'room' && 'it is full',
  ];
  const failure = failures.find((each) => each !== false);
  world.result(host, request, elapsed_ms, () => (failure === undefined ? done(elapsed_ms) : failed(failure, elapsed_ms)));
}

function changeAddress(world: Surroundings, host: Host, effect: Effect & { kind: 'add-address' | 'remove-address' }): void {
  world.result(host, effect.request, world.durations.address, () => {
    if (host.stuckAddresses.has(effect.address)) return failed('the interface refuses', world.durations.address);
    if (effect.kind === 'add-address') host.addresses.add(effect.address);
    else host.addresses.delete(effect.address);
    world.changed(effect.address);
    return done(world.durations.address);
  });
}

/** The order is accepted at once, also by a machine that goes down already; it ends when its shutdown is over. */
function restartMachine(world: Surroundings, host: Host, { request }: Effect & { kind: 'restart-machine' }): void {
  if (!host.goesDown) world.restart(host.name, host.shutdown_ms);
  host.goesDown = true;
  world.result(host, request, 1, () => done(1));
}

type HypervisorWork = Effect & {
  kind: 'resume-standby' | 'install-procedure' | 'add-virtual-server-address' | 'remove-virtual-server-address' | 'reset-standby';
};

function hypervisorWork(world: Surroundings, host: Host, effect: HypervisorWork): void {
  const { request, timeout_ms } = effect;
  const faulty = (fault: 'resume' | 'install' | 'remove-address'): boolean => host.hypervisorFaults.has(fault);
  if (host.hypervisorFaults.has('hang') && effect.kind !== 'reset-standby') {
    world.result(host, request, timeout_ms, () => failed('no answer from the guest', timeout_ms));
    return;
  }
  // A domain that was replaced meanwhile does not come back by work that was begun on it.
  const { standby } = host;
  const work = (elapsed_ms: number, act: () => string | undefined, notes: readonly string[] = []): void => {
    world.result(host, request, elapsed_ms, () => {
      const reason = host.standby === standby ? act() : 'the domain is gone';
      world.changed();
      return reason === undefined ? { ...done(elapsed_ms), ...(notes.length === 0 ? {} : { notes }) } : failed(reason, elapsed_ms);
    });
  };
  const running = (act: () => void): string | undefined => {
    if (standby.state !== 'running') return 'the domain does not run';
    act();
    return undefined;
  };
  switch (effect.kind) {
    case 'resume-standby':
      work(world.durations.resume, () => {
        if (faulty('resume') || standby.state !== 'suspended') return 'cannot be resumed';
        standby.state = 'running';
        return undefined;
      });
      return;
    case 'install-procedure': {
      const { configuration, notes } = installedVersion(host, effect.target);
      work(
        world.durations.installation,
        () =>
          faulty('install') || host.diskFull || configuration === undefined
            ? 'the procedure fails'
            : running(() => Object.assign(standby, { procedure: effect.target, configuration })),
        notes,
      );
      return;
    }
    case 'add-virtual-server-address':
      work(world.durations.address, () => running(() => standby.addresses.add(effect.address)));
      return;
    case 'remove-virtual-server-address':
      work(world.durations.address, () =>
        faulty('remove-address') ? 'no answer from the guest' : running(() => standby.addresses.delete(effect.address)),
      );
      return;
    case 'reset-standby':
      host.standby = newStandby('absent');
      world.changed();
      world.result(host, request, world.durations.reset, () => {
        if (host.diskFull) return failed('no space left on device', world.durations.reset);
        if (host.standby.state === 'absent') host.standby = newStandby('suspended');
        return done(world.durations.reset);
      });
  }
}
