/** How long things take in this world, in milliseconds. */
export const DURATIONS = {
  message: 1,
  ping: 1,
  service: 20,
  address: 10,
  resume: 30,
  installation: 900,
  boot: 25_000,
  reset: 2000,
  unreachable: 3000,
} as const;
