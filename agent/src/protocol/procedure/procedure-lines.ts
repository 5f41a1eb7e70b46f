/** Lines of the system log (§5.2) about installation procedure files. */
export const procedureLines = {
  captured: (epoch: number, bytes: number, files: number): string =>
    `Installation procedure captured: version ${String(epoch)} (${String(files)} files, ${String(bytes)} bytes)`,
  remark: (remark: string): string => `Installation procedure of this server, to be known: ${remark}`,
  sealedAnew: (epoch: number): string => `Installation procedure sealed with other keys: version ${String(epoch)}`,
  notSealedAnew: (reason: string): string => `Installation procedure of this server is not sealed with the keys in force: ${reason}`,
  notCaptured: (reason: string): string => `Installation procedure not captured: ${reason}`,
  drifted: (differences: readonly string[]): string =>
    `Configuration differs from the installation procedure: ${differences.join(', ')}; captured when it has stayed so and the services are normal`,
  notRead: (unread: readonly string[]): string => `Changed configuration is not captured yet: ${unread.join('; ')}`,
  received: (server: string, epoch: number, from: string): string =>
    `Installation procedure of ${server} received from ${from}: version ${String(epoch)}`,
  notApplied: (server: string, reason: string): string =>
    `Installation procedure of ${server} could not be applied in the standby here: ${reason}`,
  notTaken: (server: string, from: string, reason: string): string =>
    `Installation procedure of ${server} from ${from} is not taken: ${reason}`,
} as const;
