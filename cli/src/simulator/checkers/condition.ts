import { parseGroup } from '@dbss/agent/protocol/management-files/group.ts';
import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { Host } from '../host.ts';
import type { MachineHappening } from '../machine.ts';
import type { Observer } from '../observer.ts';
import type { World } from '../world.ts';

/** What is true in the world, whatever the servers believe: who is well, whether messages flow, and since when nothing has changed. */
export class Condition implements Observer {
  /** Kinds of faults that there have been. */
  readonly kinds = new Set<string>();
  /**
   * When something was last done to the world, a function came or went, a management program began or ended, or a server of its own accord edited the
   * management files.
   */
  lastChange_ms: number;
  /** When something was last done to the world. */
  lastDisturbance_ms: number;
  /** Nothing hinders messages or examinations: every network works, and no running server is cut off, frozen, slow or without room on its disk. */
  undisturbed = true;
  readonly #world: World;
  readonly #records = new Map<string, string>();
  readonly #running = new Set<string>();

  constructor(world: World) {
    this.#world = world;
    this.lastChange_ms = world.now_ms;
    this.lastDisturbance_ms = world.now_ms;
    world.observers.push(this);
    for (const host of world.hosts.values()) {
      this.#records.set(host.name, recordsOf(host));
      this.#noteProgram(host);
    }
    this.changed();
  }

  disturbed(kind: string): void {
    this.kinds.add(kind);
    this.lastDisturbance_ms = this.#world.now_ms;
  }

  changed(): void {
    this.lastChange_ms = this.#world.now_ms;
    const { network, messages, faults } = this.#world;
    const networks = network.serviceSwitch && network.gatewayAnswers && messages.semSwitch && faults.disturbance === undefined;
    this.undisturbed = networks && !faults.hasCuts && [...this.#world.hosts.values()].every((host) => !host.on || !isImpaired(host));
  }

  stepped(host: Host, event: MachineHappening): void {
    if (this.#noteProgram(host)) this.lastChange_ms = this.#world.now_ms;
    const records = recordsOf(host);
    if (this.#records.get(host.name) === records) return;
    this.#records.set(host.name, records);
    if (!bringsRecords(event)) this.lastChange_ms = this.#world.now_ms;
  }

  /** True when its management program has begun or ended since it was last looked at. */
  #noteProgram(host: Host): boolean {
    const runs = runsProgram(host);
    if (runs === this.#running.has(host.name)) return false;
    if (runs) this.#running.add(host.name);
    else this.#running.delete(host.name);
    return true;
  }

  /** A server that can do its part: it runs the management program, and nothing hinders it. */
  isSound(host: Host): boolean {
    return runsProgram(host) && !isImpaired(host);
  }

  /** How long, in milliseconds, nothing has hindered anything and nothing has changed; 0 while something hinders. */
  get calm_ms(): number {
    return this.undisturbed ? this.#world.now_ms - this.lastChange_ms : 0;
  }
}

/** Whether what happened told a server what another one knew already. */
export function bringsRecords(event: MachineHappening): boolean {
  if (event.kind === 'call') return event.request.kind === 'edit' || event.request.kind === 'exchange';
  return event.kind === 'result' && event.outcome.kind === 'answer' && event.outcome.answer.kind === 'records';
}

/** Whether its management program takes part in the ring now. */
export function runsProgram(host: Host): boolean {
  return host.on && host.agentRuns && !host.frozen && host.state.executor.phase === 'running';
}

/** The records that all servers must have alike; the heartbeat file is never alike for long. */
export function recordsOf(host: Host): string {
  const { files } = host.state;
  if (files === undefined) return '';
  const last = lastRecords.get(host);
  if (last !== undefined && haveSameRecords(last.files, files)) return last.text;
  const text = `${files.group}|${files.separation}|${files.problem}|${files.operation}`;
  lastRecords.set(host, { files, text });
  return text;
}

/** Asked for after every step, and seldom another one: what a server's files came to when they were last looked at. */
const lastRecords = new WeakMap<Host, { readonly files: ManagementFiles; readonly text: string }>();

function haveSameRecords(one: ManagementFiles, other: ManagementFiles): boolean {
  if (one === other) return true;
  const { group, separation, problem, operation } = one;
  return group === other.group && separation === other.separation && problem === other.problem && operation === other.operation;
}

/**
 * The servers that run the management program and are members of the group that most of those know. One that was separated while it was cut off, and has
 * not heard of it yet, is none; where as many know one group as another, the one with fewer members is the newer one.
 */
export function runningMembers(hosts: Iterable<Host>): Host[] {
  const running = [...hosts].filter((host) => runsProgram(host));
  const known = new Map<string, number>();
  for (const { state } of running) {
    const group = state.files?.group ?? '';
    known.set(group, (known.get(group) ?? 0) + 1);
  }
  const group = [...known].sort(([one, a], [other, b]) => b - a || one.length - other.length)[0]?.[0] ?? '';
  const members = new Set(parseGroup(group).map((record) => record.server));
  return running.filter((host) => members.has(host.name));
}

function isImpaired(host: Host): boolean {
  const { serviceLink, semLink, frozen, slow_ms, diskFull, hypervisorFaults, stuckAddresses } = host;
  return !serviceLink || !semLink || frozen || slow_ms > 0 || diskFull || hypervisorFaults.size > 0 || stuckAddresses.size > 0;
}
