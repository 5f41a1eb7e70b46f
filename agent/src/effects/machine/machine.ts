import { readFileSync } from 'node:fs';
import { daemonName } from '../../configuration/field-readers.ts';
import { parseMeminfo, parseStat } from '../load-meter/kernel-counters.ts';
import { mustRunProgram, runProgram } from '../process/run-program.ts';

const RESTART_TIMEOUT_MS = 15_000;
const STATE_TIMEOUT_MS = 3000;
const START_DAEMONS_TIMEOUT_MS = 60_000;

export interface MachineFacts {
  /** Differs after each start of the machine. */
  readonly boot_id: string;
  readonly physical_memory_kb: number;
  readonly cpu_cores: number;
}

/** @throws Error when /proc cannot be read */
export function machineFacts(): MachineFacts {
  return {
    boot_id: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    physical_memory_kb: parseMeminfo(readFileSync('/proc/meminfo', 'utf8')).total_kb,
    cpu_cores: parseStat(readFileSync('/proc/stat', 'utf8')).cores,
  };
}

/**
 * Restart this machine in an orderly way. Resolves when the restart has been ordered, or the machine goes down already.
 *
 * @throws Error with systemctl's words
 */
export async function restartMachine(): Promise<void> {
  try {
    await mustRunProgram('systemctl', ['--no-ask-password', 'reboot'], RESTART_TIMEOUT_MS);
  } catch (error) {
    if (!(await goesDown())) throw error;
  }
}

async function goesDown(): Promise<boolean> {
  const { stdout } = await runProgram('systemctl', ['is-system-running'], STATE_TIMEOUT_MS);
  return stdout.trim() === 'stopping';
}

/**
 * Start service daemons of this server and wait until they have started; one that runs goes on running.
 *
 * @param daemons names of systemd services
 * @param own the only services that may be started
 * @throws Error when a name is not one of `own` or a daemon does not start
 */
export async function startDaemons(daemons: readonly string[], own: readonly string[]): Promise<void> {
  for (const [index, daemon] of daemons.entries()) {
    daemonName(daemon, `daemons[${String(index)}]`);
    if (!own.includes(daemon)) throw new Error(`${daemon} is not a service daemon of this server`);
  }
  if (daemons.length === 0) return;
  await mustRunProgram('systemctl', ['--no-ask-password', 'start', '--', ...daemons], START_DAEMONS_TIMEOUT_MS);
}
