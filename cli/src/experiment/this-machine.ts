import os from 'node:os';

/** Processor, cores, memory and kernel of the machine that carries the lab, in words. */
export function thisMachine(): string {
  const cpus = os.cpus();
  const memory_gib = (os.totalmem() / 1024 ** 3).toFixed(1);
  return `${cpus[0]?.model ?? 'unknown processor'}, ${cpus.length} cores, ${memory_gib} GiB, Linux ${os.release()}`;
}
