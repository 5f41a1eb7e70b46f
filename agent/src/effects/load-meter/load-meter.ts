import { readFileSync } from 'node:fs';
import type { LoadSample } from '../../protocol/load/load-sample.ts';
import { parseMeminfo, parseStat, parseTransferredBytes, type CpuTicks } from './kernel-counters.ts';

interface Reading {
  readonly at_ms: number;
  readonly cpu: CpuTicks;
  readonly transferred_bytes: number;
}

/**
 * Reads what the kernel counts; /proc answers from memory, so that reading synchronously holds nothing up. As UTF-8, which Node
 * reads without a buffer of 64 KB for each file.
 */
export interface KernelFiles {
  readonly read: (path: string) => string;
  readonly now_ms: () => number;
}

const KERNEL: KernelFiles = { read: (path) => readFileSync(path, 'utf8'), now_ms: () => performance.now() };

/**
 * Measures m_i, c_i and n_i of §3.3. CPU and network are differences between two readings, so the meter keeps the last one; the
 * first sample is measured from the making of the meter.
 */
export class LoadMeter {
  readonly #interface: string;
  readonly #kernel: KernelFiles;
  #last: Reading;
  #cpu_idle_percent: number;
  #network_kb_s = 0;

  /** @param networkInterface whose traffic is the server's network load */
  constructor(networkInterface: string, kernel: KernelFiles = KERNEL) {
    this.#interface = networkInterface;
    this.#kernel = kernel;
    this.#last = this.#read();
    this.#cpu_idle_percent = (this.#last.cpu.idle / this.#last.cpu.total) * this.#last.cpu.cores * 100;
  }

  /** @throws Error when the kernel's files cannot be read, e.g. when the interface is gone */
  sample(): LoadSample {
    const reading = this.#read();
    const ticks = reading.cpu.total - this.#last.cpu.total;
    const elapsed_ms = reading.at_ms - this.#last.at_ms;
    // The kernel counts in ticks of 10 ms: two samples within one tick have no difference, and the last value stands.
    if (ticks > 0) {
      const idle = Math.max(0, reading.cpu.idle - this.#last.cpu.idle) / ticks;
      this.#cpu_idle_percent = Math.min(1, idle) * reading.cpu.cores * 100;
    }
    if (elapsed_ms > 0) {
      const bytes = reading.transferred_bytes - this.#last.transferred_bytes;
      // Fewer bytes than before: the interface was made anew and counts from zero.
      this.#network_kb_s = (bytes < 0 ? reading.transferred_bytes : bytes) / 1024 / (elapsed_ms / 1000);
    }
    if (ticks > 0 && elapsed_ms > 0) this.#last = reading;
    const { available_kb } = parseMeminfo(this.#kernel.read('/proc/meminfo'));
    return {
      available_memory_kb: available_kb,
      cpu_idle_percent: this.#cpu_idle_percent,
      network_kb_s: this.#network_kb_s,
    };
  }

  #read(): Reading {
    return {
      at_ms: this.#kernel.now_ms(),
      cpu: parseStat(this.#kernel.read('/proc/stat')),
      transferred_bytes: parseTransferredBytes(this.#kernel.read('/proc/net/dev'), this.#interface),
    };
  }
}
