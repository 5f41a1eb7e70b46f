import { readFileSync } from 'node:fs';

/** What the machine that carries the lab was doing at a moment of a run: nothing is judged by it, but it may explain a run that is like no other. */
export interface MachineLoad {
  readonly at: 'begin' | 'failed' | 'served again' | 'end';
  /** Unix time. */
  readonly time_ms: number;
  /** The first line of `/proc/stat`: what all processors have done since the boot, in hundredths of a second. */
  readonly stat: string;
  /** `/proc/pressure/cpu`, where the kernel has it. */
  readonly pressure: string | null;
}

export function machineLoad(at: MachineLoad['at']): MachineLoad {
  return { at, time_ms: Date.now(), stat: readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '', pressure: pressure() };
}

/** A kernel without it is no reason to measure nothing. */
function pressure(): string | null {
  try {
    return readFileSync('/proc/pressure/cpu', 'utf8').trim();
  } catch {
    return null;
  }
}
