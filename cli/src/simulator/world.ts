import type { Effect } from '@dbss/agent/protocol/effects.ts';
import type { Outcome } from '@dbss/agent/protocol/events.ts';
import type { LoadSample } from '@dbss/agent/protocol/load/load-sample.ts';
import type { ManagementData } from '@dbss/agent/protocol/management-files/management-data.ts';
import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import { initialState } from '@dbss/agent/protocol/node-state.ts';
import { advance } from '@dbss/agent/protocol/step.ts';
import { Agenda } from './agenda.ts';
import { Faults } from './faults.ts';
import { endAgent, filesOnDisk, type Happening, type Host, newHost, putOnDisk, startedEvent, switchOff, switchOn } from './host.ts';
import { Messages } from './messages.ts';
import { Network } from './network.ts';
import { type Durations, DURATIONS } from './durations.ts';
import { performEffect } from './perform-effect.ts';
import { gatewayOf, managementDataOf, type SimulatedRing } from './simulated-ring.ts';
import type { Surroundings } from './surroundings.ts';

const WORLD_START_MS = 1_000_000_000;

/**
 * A ring of servers under virtual time: the same protocol as in production, with a network, machines and hypervisors that do what effects ask for after
 * fixed durations. It has no randomness of its own: the same commands give the same transcript.
 */
export class World implements Surroundings {
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
  readonly ring: SimulatedRing;
  readonly durations: Durations;
  readonly #agenda = new Agenda(WORLD_START_MS);
  readonly #data = new Map<string, ManagementData>();
  readonly #byMac = new Map<string, Host>();

  constructor(ring: SimulatedRing, durations: Durations = DURATIONS) {
    this.ring = ring;
    this.durations = durations;
    for (const configuration of ring.configurations.values()) {
      const host = newHost(configuration);
      const data = managementDataOf(ring, host.name);
      this.hosts.set(host.name, host);
      this.#data.set(host.name, data);
      this.#byMac.set(data.mac, host);
    }
    this.network = new Network(this.hosts, this.#data, gatewayOf(ring));
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

  /** Boot every server and let the file management server send files, then flags. */
  bootstrap(): void {
    for (const name of this.names) this.powerOn(name);
    this.run(5000);
    for (const host of this.hosts.values()) {
      putOnDisk(host, this.ring.files);
      this.#lookAtDisk(host);
    }
    this.run(1000);
    for (const name of this.names) this.setFlag(name, true);
  }

  /** Run for a time. */
  run(duration_ms: number): void {
    this.#agenda.run(duration_ms);
  }

  get now_ms(): number {
    return this.#agenda.now_ms;
  }

  /** Run to so many milliseconds after the start of the next interval. */
  runToInterval(after_ms: number): void {
    const { interval_ms } = this.host(this.names[0] ?? '').state.configuration.timing;
    this.run(interval_ms - (this.now_ms % interval_ms) + after_ms);
  }

  plug(name: string): void {
    this.note(name, '*** plug pulled');
    switchOff(this.host(name));
  }

  powerOn(name: string): void {
    const host = this.host(name);
    if (host.on) return;
    switchOn(host);
    this.note(name, '*** booted');
    this.#startAgent(host);
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
      if (host.starts_when_asked) this.powerOnAfter(name, boot_ms);
    });
  }

  /** The agent's process ends and starts again; the machine and its virtual server go on. */
  restartAgent(name: string, down_ms = 1500): void {
    const host = this.host(name);
    this.note(name, '*** agent restarts');
    endAgent(host);
    const { boots } = host;
    this.at(down_ms, () => {
      if (host.on && host.boots === boots && !host.agentRuns) this.#startAgent(host);
    });
  }

  freeze(name: string): void {
    this.note(name, '*** frozen');
    this.host(name).frozen = true;
  }

  thaw(name: string): void {
    const host = this.host(name);
    this.note(name, '*** thawed');
    host.frozen = false;
    for (const event of host.frozenEvents.splice(0)) this.tell(host, event);
  }

  link(name: string, network: 'service' | 'sem', up: boolean): void {
    this.note(name, `*** ${network} link ${up ? 'up' : 'down'}`);
    if (network === 'service') this.host(name).serviceLink = up;
    else this.host(name).semLink = up;
    this.addressesChanged();
  }

  stopDaemon(name: string): void {
    this.note(name, `*** ${name}d stopped`);
    this.host(name).daemons.delete(`${name}d`);
  }

  /** The file management server, or an operator, creates or deletes the flag file. */
  setFlag(name: string, flag: boolean): void {
    const host = this.host(name);
    host.disk.flag = flag;
    this.#lookAtDisk(host);
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

  /** Management files in force on a server. */
  files(name: string): ManagementFiles | undefined {
    return this.host(name).state.files;
  }

  /** Let an event happen to a host's agent. */
  tell(host: Host, event: Happening): void {
    if (!host.on || !host.agentRuns) return;
    if (host.frozen) {
      host.frozenEvents.push(event);
      return;
    }
    const now = { mono_ms: this.now_ms - WORLD_START_MS, unix_ms: this.now_ms + host.skew_ms };
    for (const effect of this.protocol(host.state, { ...event, now })) {
      this.watch(host.name, effect);
      performEffect(this, host, effect);
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

  addressesChanged(): void {
    for (const name of this.names) {
      const holders = this.network.holders(this.vipOf(name));
      if (holders.length > 1) this.doubleHeld.push(`${this.#clock()} ${name}: ${holders.join(' and ')}`);
    }
  }

  note(name: string, text: string): void {
    this.transcript.push(`${this.#clock()} ${name.padEnd(6)} ${text}`);
  }

  #startAgent(host: Host): void {
    host.agentRuns = true;
    host.starts += 1;
    host.state = initialState(host.state.configuration);
    this.tell(host, startedEvent(host));
    this.#lookAtDisk(host);
  }

  #lookAtDisk(host: Host): void {
    this.tell(host, { kind: 'memory-disk', files: filesOnDisk(host), flag: host.disk.flag });
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
