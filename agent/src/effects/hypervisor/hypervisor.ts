import type { AgentConfiguration } from '../../configuration/agent-configuration.ts';
import { Deadline } from './deadline.ts';
import { isProcessAlive } from './emulator-process.ts';
import { LibvirtWithFallback } from './libvirt-with-fallback.ts';
import type { Libvirt } from './libvirt-requests.ts';
import type { ProcedureVersion } from '../procedure/procedure-store.ts';
import { type Installed, Standby, type StandbyState } from './standby.ts';

/** What the agent asks of the hypervisor (§3.1). Every method rejects with an Error that says in words what failed. */
export interface Hypervisor {
  /** Bring the helper and the connections up ahead of time. */
  prepare(): Promise<void>;
  /** Let the suspended standby run; one that runs already is left alone. */
  resumeStandby(timeout_ms: number): Promise<unknown>;
  /** Apply the target's installation procedure in the resumed standby: the first of its versions that works there. */
  installProcedure(installation: {
    readonly target: string;
    readonly versions: readonly ProcedureVersion[];
    readonly address: string;
    readonly prefix_length: number;
    readonly timeout_ms: number;
    /** Told at once of each version that does not work. */
    readonly failed: (version: ProcedureVersion) => void;
  }): Promise<Installed>;
  /** Set the virtual address in the virtual server and announce it. */
  addVirtualServerAddress(change: VirtualServerAddress): Promise<unknown>;
  removeVirtualServerAddress(change: VirtualServerAddress): Promise<unknown>;
  /** Standby as new, rehearsed and suspended; a virtual server that runs is stopped in order first. Also creates it. */
  resetStandby(timeout_ms: number): Promise<unknown>;
  standbyState(): Promise<StandbyState>;
  /** Does the standby's emulator run, whatever it runs? Asks neither libvirt nor the emulator. */
  isEmulatorAlive(): Promise<boolean>;
  /** The standby stays as it is. */
  close(): Promise<void> | void;
}

export interface VirtualServerAddress {
  readonly address: string;
  readonly prefix_length: number;
  readonly timeout_ms: number;
}

/** Directories on a server (docs/architecture.md). */
export interface HypervisorPaths {
  readonly originalServer: string;
  readonly standby: string;
}

const PREPARE_LIMIT_MS = 5_000;
const STATE_LIMIT_MS = 5_000;

/**
 * The hypervisor of this server.
 *
 * @param warn told of what went wrong without keeping anything from being done
 * @param libvirt another way to libvirt than the system's daemon
 */
export function createHypervisor(
  configuration: AgentConfiguration,
  paths: HypervisorPaths,
  warn: (error: Error) => void,
  libvirt: Libvirt = new LibvirtWithFallback('qemu:///system'),
): Hypervisor {
  const place = {
    ...configuration.standby,
    bridge: configuration.service_interface,
    originalServer: paths.originalServer,
    standby: paths.standby,
    pidFile: `/run/libvirt/qemu/${configuration.standby.domain}.pid`,
  };
  const standby = new Standby(libvirt, place, warn);
  return {
    prepare: () => standby.prepare(new Deadline(PREPARE_LIMIT_MS)),
    resumeStandby: (timeout_ms) => standby.resume(new Deadline(timeout_ms)),
    installProcedure: ({ target, versions, address, prefix_length, timeout_ms, failed }) =>
      standby.install(target, versions, { address, prefix_length }, new Deadline(timeout_ms), failed),
    addVirtualServerAddress: ({ address, prefix_length, timeout_ms }) =>
      standby.addAddress(address, prefix_length, new Deadline(timeout_ms)),
    removeVirtualServerAddress: ({ address, prefix_length, timeout_ms }) =>
      standby.removeAddress(address, prefix_length, new Deadline(timeout_ms)),
    resetStandby: (timeout_ms) => standby.reset(new Deadline(timeout_ms)),
    isEmulatorAlive: () => isProcessAlive(place.pidFile, 'qemu'),
    standbyState: () => standby.state(new Deadline(STATE_LIMIT_MS)),
    close: () => {
      standby.close();
      libvirt.close();
    },
  };
}
