/** Readings of /proc as numbers. Pure: text in, numbers out. */

/** CPU time in clock ticks since the machine started, summed over the cores. */
export interface CpuTicks {
  readonly idle: number;
  readonly total: number;
  readonly cores: number;
}

/** `MemTotal` and `MemAvailable` of /proc/meminfo in KB. */
export function parseMeminfo(text: string): { total_kb: number; available_kb: number } {
  return { total_kb: meminfoField(text, 'MemTotal'), available_kb: meminfoField(text, 'MemAvailable') };
}

function meminfoField(text: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`/proc/meminfo has no ${name}`);
  return Number(found);
}

/** The `cpu` lines of /proc/stat. Time spent waiting for a disk is idle time: another process could have it. */
export function parseStat(text: string): CpuTicks {
  const fields = /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ').map(Number) ?? [];
  const [user, nice, system, idle, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields;
  if (user === undefined || nice === undefined || system === undefined || idle === undefined || fields.some(Number.isNaN)) {
    throw new Error('/proc/stat has no cpu line');
  }
  const cores = text.match(/^cpu\d+ /gm)?.length ?? 1;
  return { idle: idle + iowait, total: user + nice + system + idle + iowait + irq + softirq + steal, cores };
}

/**
 * Bytes received and sent on an interface, from /proc/net/dev: unlike /sys/class/net it always shows the network namespace of the reader.
 *
 * @throws Error when there is no such interface
 */
export function parseTransferredBytes(text: string, networkInterface: string): number {
  for (const line of text.split('\n')) {
    const [name, counters] = line.split(':', 2);
    if (name?.trim() !== networkInterface || counters === undefined) continue;
    const fields = counters.trim().split(/\s+/).map(Number);
    const [received, sent] = [fields[0], fields[8]];
    if (received === undefined || sent === undefined || !Number.isFinite(received + sent)) break;
    return received + sent;
  }
  throw new Error(`/proc/net/dev has no counters of ${networkInterface}`);
}
