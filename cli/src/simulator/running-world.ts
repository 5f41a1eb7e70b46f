import type { Effect } from '@dbss/agent/protocol/effects.ts';
import type { Outcome } from '@dbss/agent/protocol/events.ts';
import type { LoadSample } from '@dbss/agent/protocol/load/load-sample.ts';
import type { ManagementData } from '@dbss/agent/protocol/management-files/management-data.ts';
import { initialState } from '@dbss/agent/protocol/node-state.ts';
import { advance } from '@dbss/agent/protocol/step.ts';
import { Agenda } from './agenda.ts';
import { Faults } from './faults.ts';
import { filesOnDisk, type Happening, type Host, newHost, startedEvent, switchOff, switchOn } from './host.ts';
import { Messages } from './messages.ts';
import { Network } from './network.ts';
import type { Observer } from './observer.ts';
import { type Durations, DURATIONS } from './durations.ts';
import { performEffect } from './perform-effect.ts';
import { gatewayOf, managementDataOf, type SimulatedRing } from './simulated-ring.ts';
import type { Surroundings } from './surroundings.ts';

const WORLD_START_MS = 1_000_000_000;

/**
 * A ring of servers under virtual time: the same protocol as in production, with a network, machines and hypervisors that do what effects ask for after
 * fixed durations. It has no randomness of its own: the same commands give the same transcript. What is done to it from outside stands in `World`.
 */
export class RunningWorld implements Surroundings {
  readonly hosts = new Map<string, Host>();
  readonly transcript: string[] = [];
  readonly faults = new Faults();
  readonly network: Network;
  readonly messages: Messages;
  /** Moments at which two machines answered for one virtual address. */
  readonly doubleHeld: string[] = [];
  /** Orderly restarts, by server. */
  readonly restarted: string[] = [];
  loadOf: (server: string) => LoadSample = (server) => ({
    available_memory_kb: 4_000_000 + server.length,
    cpu_idle_percent: 380,
    network_kb_s: 10,
  });
  /** What a server does about an event: its state is changed in place. */
  protocol: typeof advance = advance;
  /** Sees every effect before it is performed. */
  watch: (server: string, effect: Effect) => void = () => undefined;
  readonly observers: Observer[] = [];
  readonly ring: SimulatedRing;
  readonly durations: Durations;
  readonly #agenda = new Agenda(WORLD_START_MS);
  readonly #data = new Map<string, ManagementData>();
  readonly #byMac = new Map<string, Host>();

  constructor(ring: SimulatedRing, durations: Durations = DURATIONS) {
    this.ring = ring;
    this.durations = durations;
    for (const configuration of ring.configurations.values()) {
      const host = newHost(configuration, WORLD_START_MS);
      const data = managementDataOf(ring, host.name);
      this.hosts.set(host.name, host);
      this.#data.set(host.name, data);
      this.#byMac.set(data.mac, host);
    }
    this.network = new Network(this.hosts, this.#data, gatewayOf(ring), this.faults);
    this.messages = new Messages(this);
  }

  get names(): readonly string[] {
    return this.ring.names;
  }

  host(name: string): Host {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(`no host ${name}`);
    return host;
  }

  /** Run for a time. */
  run(duration_ms: number): void {
    this.#agenda.run(duration_ms);
  }

  get now_ms(): number {
    return this.#agenda.now_ms;
  }

  powerOn(name: string): void {
    const host = this.host(name);
    if (host.on) return;
    switchOn(host);
    this.note(name, '*** booted');
    this.changed();
    this.startAgent(host);
  }

  powerOnAfter(name: string, delay_ms: number): void {
    this.at(delay_ms, () => {
      this.powerOn(name);
    });
  }

  /** An orderly restart, asked for by the agent or by anybody else. */
  restart(name: string, shutdown_ms = 0, boot_ms: number = this.durations.boot): void {
    const host = this.host(name);
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

  /** Let an event happen to a host's agent: at once, or when a slow machine gets to it. */
  tell(host: Host, event: Happening): void {
    if (!host.on || !host.agentRuns) return;
    if (host.frozen) host.frozenEvents.push(event);
    else if (host.slow_ms === 0 && host.busyUntil_ms <= this.now_ms) this.#handle(host, event);
    else {
      const { starts } = host;
      host.busyUntil_ms = Math.max(host.busyUntil_ms, this.now_ms + host.slow_ms);
      this.at(host.busyUntil_ms - this.now_ms, () => {
        if (host.starts !== starts || !host.on) return;
        if (host.frozen) host.frozenEvents.push(event);
        else this.#handle(host, event);
      });
    }
  }

  /** Let something happen after a while. */
  at(delay_ms: number, run: () => void): void {
    this.#agenda.after(delay_ms, run);
  }

  /** Work that ends later: `outcome` says what came of it then. Only the agent that asked hears of it. */
  result(host: Host, request: string, delay_ms: number, outcome: () => Outcome): void {
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

  /** Something was done to the world that no server asked for, or was undone; `kind` names it as faults are named. */
  disturbed(kind: string): void {
    for (const observer of this.observers) observer.disturbed?.(kind);
    this.changed();
  }

  note(name: string, text: string): void {
    this.transcript.push(`${this.#clock()} ${name.padEnd(6)} ${text}`);
  }

  #handle(host: Host, event: Happening): void {
    const now = { mono_ms: host.clock.mono_ms(this.now_ms, WORLD_START_MS), unix_ms: host.clock.unix_ms(this.now_ms) };
    const effects = this.protocol(host.state, { ...event, now });
    for (const observer of this.observers) observer.stepped?.(host, event, effects);
    for (const effect of effects) {
      this.watch(host.name, effect);
      performEffect(this, host, effect);
    }
  }

  protected startAgent(host: Host): void {
    host.agentRuns = true;
    host.starts += 1;
    host.state = initialState(host.state.configuration);
    this.tell(host, startedEvent(host));
    this.lookAtDisk(host);
  }

  protected lookAtDisk(host: Host): void {
    this.tell(host, { kind: 'memory-disk', files: filesOnDisk(host), flag: host.disk.flag, versions: host.disk.files.get('versions') });
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
