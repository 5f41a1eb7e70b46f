/** How long things take in a simulated world, in milliseconds. */
export interface Durations {
  readonly message: number;
  readonly ping: number;
  readonly service: number;
  readonly address: number;
  readonly resume: number;
  readonly installation: number;
  readonly boot: number;
  readonly reset: number;
  /** A service examination of an address at which nobody answers gives up after this, if its own limit is not shorter. */
  readonly unreachable: number;
  /** A file on the memory disk, one on the disk with fsync, and an order to the kernel. */
  readonly memory: number;
  readonly disk: number;
  readonly kernel: number;
  /** A fencing device switches off, and says that it has. */
  readonly fencing: number;
  /** How late the kernel ends a lease: as late as it may. */
  readonly kernelGuard: number;
}

export const DURATIONS: Durations = {
  message: 1,
  ping: 1,
  service: 20,
  address: 10,
  resume: 30,
  installation: 900,
  boot: 25_000,
  reset: 2000,
  unreachable: 3000,
  memory: 0.3,
  disk: 2,
  kernel: 0.5,
  fencing: 1500,
  kernelGuard: 10,
};
