import { readFileSync } from 'node:fs';

/** A process as no other process can be: process ids are used again, a start time with it is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the start of the machine to the start of the process. */
  readonly startTicks: number;
}

/** The process that has this id now; `undefined` when there is none or it is a zombie. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readIfPresent(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTicks = Number(fields[19]);
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, startTicks };
}

/** Is that very process alive? */
export function isAlive(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startTicks === identity.startTicks;
}

/** `<pid> <start ticks>` as the supervisor and the power controller write it. */
export function parseProcessIdentity(text: string): ProcessIdentity | undefined {
  const match = /^(\d+) (\d+)\s*$/.exec(text);
  return match === null ? undefined : { pid: Number(match[1]), startTicks: Number(match[2]) };
}

export function formatProcessIdentity(identity: ProcessIdentity): string {
  return `${identity.pid} ${identity.startTicks}\n`;
}

/** The process that a pid file names, if that very process is alive. */
export function readPidFile(file: string): ProcessIdentity | undefined {
  const identity = parseProcessIdentity(readIfPresent(file) ?? '');
  return identity !== undefined && isAlive(identity) ? identity : undefined;
}

/** Send a signal to that very process; a process that is gone is no error. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Its ids from the outermost process namespace inwards (`NSpid`): the first process of a container has two, the last of them 1.
 */
export function namespacePids(pid: number): readonly number[] {
  const line = /^NSpid:\s+(.*)$/m.exec(readIfPresent(`/proc/${pid}/status`) ?? '');
  return line?.[1] === undefined ? [] : line[1].trim().split(/\s+/).map(Number);
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
