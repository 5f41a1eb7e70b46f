import os from 'node:os';

/** Processor and cores of the machine that carries the lab, in words: the same after an update of its kernel. */
export function thisMachine(): string {
  const cpus = os.cpus();
  return `${cpus[0]?.model ?? 'unknown processor'}, ${cpus.length} cores`;
}
