import type { Claim } from '@dbss/agent/protocol/ownership/claim.ts';
import type { VoterDocument } from '@dbss/agent/protocol/ownership/voter-document.ts';
import type { ServerEvent } from '@dbss/agent/protocol/server/server-events.ts';
import { HostClock } from './host-clock.ts';
import { KernelLeases } from './kernel-leases.ts';

/** An event before the world stamps it with the machine's clocks. */
export type MachineHappening = ServerEvent extends infer E ? (E extends ServerEvent ? Omit<E, 'now'> : never) : never;

/** A machine with an agent, a server's or the witness's, as the world knows it. */
export interface Machine {
  readonly name: string;
  on: boolean;
  /** How often it booted: what belongs to an earlier boot is gone. */
  boots: number;
  /** How often its agent started: timers and results of an earlier one are gone. */
  starts: number;
  agentRuns: boolean;
  frozen: boolean;
  /** What happened to the frozen agent; it sees it when it thaws. */
  readonly frozenEvents: MachineHappening[];
  /** What frozen programs were about to do. */
  readonly frozenWork: (() => void)[];
  /** A broken machine stays off, whoever asks it to start. */
  starts_when_asked: boolean;
  serviceLink: boolean;
  semLink: boolean;
  readonly clock: HostClock;
  /** A slow machine: everything that its processes do takes so much longer. */
  slow_ms: number;
  /** Until when its slow agent works on what came before. */
  busyUntil_ms: number;
  /** A full disk: files are not written, the standby's disk cannot grow. */
  diskFull: boolean;
  readonly timers: Map<string, number>;
  readonly kernel: KernelLeases;
  /** Claims in /run: gone with a boot, kept over an agent's restart. */
  readonly claims: Map<string, Claim>;
  /** Beside them: addresses that were set in the virtual server. */
  readonly inGuest: Set<string>;
  /** On the disk, which a power cut does not change. */
  voter: VoterDocument;
  /** How many nonces it has drawn. */
  nonces: number;
}

export function newMachine(name: string, start_ms: number, rate: number): Machine {
  const clock = new HostClock(start_ms);
  clock.setRate(rate, start_ms);
  return {
    name,
    on: false,
    boots: 0,
    starts: 0,
    agentRuns: false,
    frozen: false,
    frozenEvents: [],
    frozenWork: [],
    starts_when_asked: true,
    serviceLink: true,
    semLink: true,
    clock,
    slow_ms: 0,
    busyUntil_ms: 0,
    diskFull: false,
    timers: new Map(),
    kernel: new KernelLeases(),
    claims: new Map(),
    inGuest: new Set(),
    voter: { uuid: `disk-of-${name}`, configuration: undefined, granted: {} },
    nonces: 0,
  };
}
