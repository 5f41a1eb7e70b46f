import type { Outcome } from '@dbss/agent/protocol/events.ts';
import type { ManagementData } from '@dbss/agent/protocol/management-files/management-data.ts';
import type { ServerEffect } from '@dbss/agent/protocol/server/server-effects.ts';
import { initialServerState } from '@dbss/agent/protocol/server/server-state.ts';
import { advanceServer } from '@dbss/agent/protocol/server/server-step.ts';
import { advance } from '@dbss/agent/protocol/step.ts';
import { Agenda } from './agenda.ts';
import { Datagrams } from './datagrams.ts';
import { evenLoad } from './even-load.ts';
import { Faults } from './faults.ts';
import { filesIn, type Host, isHost, newHost, startedEvent, switchOff, switchOn } from './host.ts';
import type { Machine, MachineHappening } from './machine.ts';
import { Messages } from './messages.ts';
import { Network } from './network.ts';
import type { Observer } from './observer.ts';
import { type Durations, DURATIONS } from './durations.ts';
import { performEffect } from './perform-effect.ts';
import { isWitness, type WitnessMachine, newWitness, startWitness, witnessEvent } from './witness-machine.ts';
import { gatewayOf, managementDataOf, type SimulatedRing } from './simulated-ring.ts';
import type { Surroundings } from './surroundings.ts';

const WORLD_START_MS = 1_000_000_000;

/**
 * A ring of servers under virtual time: the same protocol as in production, with a network, machines and hypervisors that do what effects ask for after
 * fixed durations. It has no randomness of its own: the same commands give the same transcript. What is done to it from outside stands in `World`.
 */
export class RunningWorld implements Surroundings {
  readonly hosts = new Map<string, Host>();
  /** The machine that only votes, in a ring that has one. */
  readonly witness: WitnessMachine | undefined;
  readonly transcript: string[] = [];
  readonly faults = new Faults();
  readonly network: Network;
  readonly messages: Messages;
  readonly datagrams: Datagrams;
  /** Moments at which two machines answered for one virtual address. */
  readonly doubleHeld: string[] = [];
  /** Servers that have a fencing device. */
  readonly fenceable = new Set<string>();
  /** Orderly restarts, by server. */
  readonly restarted: string[] = [];
  loadOf = evenLoad;
  /** What a server's ring does about an event: its state is changed in place. */
  protocol: typeof advance = advance;
  /** Sees every effect before it is performed. */
  watch: (server: string, effect: ServerEffect) => void = () => undefined;
  readonly observers: Observer[] = [];
  readonly ring: SimulatedRing;
  readonly durations: Durations;
  readonly #agenda = new Agenda(WORLD_START_MS);
  readonly #data = new Map<string, ManagementData>();
  readonly #byMac = new Map<string, Host>();
  /** How often the ring of any server has done anything. */
  #ringSteps = 0;

  constructor(ring: SimulatedRing, durations: Durations = DURATIONS) {
    this.ring = ring;
    this.durations = durations;
    for (const configuration of ring.configurations.values()) {
      const host = newHost(configuration, WORLD_START_MS, ring.clockRates?.[configuration.self]);
      const data = managementDataOf(ring, host.name);
      this.hosts.set(host.name, host);
      this.#data.set(host.name, data);
      this.#byMac.set(data.mac, host);
    }
    this.witness = newWitness(ring, WORLD_START_MS);
    this.network = new Network(this.hosts, this.#data, { gateway: gatewayOf(ring), faults: this.faults, now_ms: () => this.now_ms });
    this.messages = new Messages(this);
    this.datagrams = new Datagrams(this, { sem: () => this.messages.semSwitch, service: () => this.network.serviceSwitch });
  }

  get names(): readonly string[] {
    return this.ring.names;
  }

  host(name: string): Host {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(`no host ${name}`);
    return host;
  }

  machine(name: string): Machine | undefined {
    return this.witness?.name === name ? this.witness : this.hosts.get(name);
  }

  /** A server or the witness; @throws Error for a name that nothing here has. */
  existing(name: string): Machine {
    return this.machine(name) ?? this.host(name);
  }

  /** Run for a time. */
  run(duration_ms: number): void {
    this.#agenda.run(duration_ms);
  }

  get now_ms(): number {
    return this.#agenda.now_ms;
  }

  powerOn(name: string): void {
    const machine = this.existing(name);
    if (machine.on) return;
    switchOn(machine);
    this.note(name, '*** booted');
    this.changed();
    this.startAgent(machine);
  }

  switchOff(name: string): void {
    this.note(name, '*** switched off');
    switchOff(this.existing(name));
    this.changed();
  }

  powerOnAfter(name: string, delay_ms: number): void {
    this.at(delay_ms, () => {
      this.powerOn(name);
    });
  }

  /** An orderly restart, asked for by the agent or by anybody else. */
  restart(name: string, shutdown_ms = 0, boot_ms: number = this.durations.boot): void {
    const host = this.existing(name);
    const { boots } = host;
    this.at(shutdown_ms, () => {
      if (!host.on || host.boots !== boots) return;
      this.note(name, '*** restarting');
      this.restarted.push(name);
      switchOff(host);
      this.changed();
      if (host.starts_when_asked) this.powerOnAfter(name, boot_ms);
    });
  }

  vipOf(name: string): string {
    return this.#dataOf(name).virtualIp;
  }

  realIpOf(name: string): string {
    return this.#dataOf(name).realIp;
  }

  byMac(mac: string): Host | undefined {
    return this.#byMac.get(mac);
  }

  /** Let an event happen to a machine's agent: at once, or when a slow machine gets to it. */
  tell(machine: Machine, event: MachineHappening): void {
    if (!machine.on || !machine.agentRuns) return;
    if (machine.frozen) machine.frozenEvents.push(event);
    else if (machine.slow_ms === 0 && machine.busyUntil_ms <= this.now_ms) this.#handle(machine, event);
    else this.#handleLater(machine, event);
  }

  /** Datagrams come many times a second: they are as late as everything, and are not worked on one by one for so long. */
  #handleLater(machine: Machine, event: MachineHappening): void {
    const { starts, slow_ms } = machine;
    if (event.kind !== 'datagram') machine.busyUntil_ms = Math.max(machine.busyUntil_ms, this.now_ms + slow_ms);
    this.at(event.kind === 'datagram' ? slow_ms : machine.busyUntil_ms - this.now_ms, () => {
      if (machine.starts !== starts || !machine.on) return;
      if (machine.frozen) machine.frozenEvents.push(event);
      else this.#handle(machine, event);
    });
  }

  /** Let something happen after a while. */
  at(delay_ms: number, run: () => void): void {
    this.#agenda.after(delay_ms, run);
  }

  /** Work that ends later; only the agent that asked hears of it. */
  result(host: Machine, request: string, delay_ms: number, outcome: () => Outcome): void {
    const { boots, starts } = host;
    this.at(delay_ms, () => {
      if (!host.on || host.boots !== boots) return;
      const came = outcome();
      if (host.starts === starts) this.tell(host, { kind: 'result', request, outcome: came });
    });
  }

  changed(vip?: string): void {
    for (const name of this.names) {
      const own = this.vipOf(name);
      if (vip !== undefined && own !== vip) continue;
      const holders = this.network.holders(own);
      if (holders.length > 1) this.doubleHeld.push(`${this.#clock()} ${name}: ${holders.join(' and ')}`);
    }
    for (const observer of this.observers) observer.changed?.(vip);
  }

  /** As observers hear it. */
  disturbed(kind: string): void {
    for (const observer of this.observers) observer.disturbed?.(kind);
    this.changed();
  }

  note(name: string, text: string): void {
    this.transcript.push(`${this.#clock()} ${name.padEnd(6)} ${text}`);
  }

  readonly #ring: typeof advance = (state, event) => {
    this.#ringSteps += 1;
    return this.protocol(state, event);
  };

  #handle(machine: Machine, event: MachineHappening): void {
    const now = { mono_ms: machine.clock.mono_ms(this.now_ms, WORLD_START_MS), unix_ms: machine.clock.unix_ms(this.now_ms) };
    if (isWitness(machine)) {
      witnessEvent(this, machine, event, now);
      return;
    }
    if (!isHost(machine)) return;
    const ringSteps = this.#ringSteps;
    const effects = advanceServer(machine.server, { ...event, now }, this.#ring);
    // What only its ownership of addresses did, many times a second, is seen by who answers: `changed`.
    if (this.#ringSteps > ringSteps) for (const observer of this.observers) observer.stepped?.(machine, event, effects);
    for (const effect of effects) {
      this.watch(machine.name, effect);
      performEffect(this, machine, effect);
    }
  }

  protected startAgent(machine: Machine): void {
    machine.agentRuns = true;
    machine.starts += 1;
    const boot_us = Math.round(machine.clock.mono_ms(this.now_ms, WORLD_START_MS) * 1000);
    const found = { document: machine.voter, claims: [...machine.claims.values()], inGuest: [...machine.inGuest], boot_us };
    if (isWitness(machine)) startWitness(this, machine, found);
    if (!isHost(machine)) return;
    machine.server = initialServerState(machine.state.configuration);
    this.tell(machine, startedEvent(machine, found));
    this.lookAtDisk(machine);
  }

  protected lookAtDisk(host: Host): void {
    // As an agent sees it: what a full disk has not taken yet counts.
    const seen = new Map([...host.disk.files, ...host.unwritten]);
    this.tell(host, { kind: 'memory-disk', files: filesIn(seen), flag: host.disk.flag, versions: seen.get('versions') });
  }

  #dataOf(name: string): ManagementData {
    const data = this.#data.get(name);
    if (data === undefined) throw new Error(`no server ${name}`);
    return data;
  }

  #clock(): string {
    return ((this.now_ms - WORLD_START_MS) / 1000).toFixed(2).padStart(8);
  }
}
