import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import { distFile } from '../installation.ts';
import type { LabNames } from './lab-names.ts';
import { poll } from './poll.ts';
import { readPidFile, signalProcess, type ProcessIdentity } from './process-identity.ts';
import { lastLines } from './run-program.ts';

const STARTING_MS = 10_000;
const ENDING_MS = 5_000;

/** The lab's power controller, if it runs. */
export function powerControllerProcess(runDirectory: string): ProcessIdentity | undefined {
  return readPidFile(powerControllerPidFile(runDirectory));
}

export function powerControllerPidFile(runDirectory: string): string {
  return path.join(runDirectory, 'power-controller.pid');
}

/**
 * Start the power controller in the controller's network namespace, unless it runs: it listens for Wake-on-LAN on both networks and
 * switches machines on. It outlives this process.
 *
 * @returns true when it was started
 * @throws BrokenError with the end of its log when it does not start
 */
export async function ensurePowerController(names: LabNames): Promise<boolean> {
  if (powerControllerProcess(names.runDirectory) !== undefined) return false;
  const logFile = path.join(names.runDirectory, 'power-controller.log');
  const log = openSync(logFile, 'a');
  let end: Error | undefined;
  try {
    const child = spawn(
      'nsenter',
      [`--net=/run/netns/${names.namespaces.controller}`, process.execPath, powerControllerProgram(), names.runDirectory],
      { detached: true, stdio: ['ignore', log, log], cwd: '/' },
    );
    child.on('error', (error) => (end = error));
    child.on('exit', (code, signal) => (end = new Error(`it ended with ${signal ?? `exit code ${code}`}`)));
    child.unref();
  } finally {
    closeSync(log);
  }
  const started = await poll(() => powerControllerProcess(names.runDirectory) ?? end, { timeout_ms: STARTING_MS, every_ms: 25 });
  if (started === undefined || started instanceof Error) {
    throw new BrokenError(`power controller: it did not start\n${lastLines(readFileSync(logFile, 'utf8'), 10)}`, {
      cause: started ?? new Error(`no answer after ${STARTING_MS / 1000} s`),
      hint: `its log is ${logFile}`,
    });
  }
  return true;
}

/** End the power controller, if it runs. */
export async function stopPowerController(runDirectory: string): Promise<void> {
  const running = powerControllerProcess(runDirectory);
  if (running !== undefined) {
    signalProcess(running, 'SIGTERM');
    const left = (): true | undefined => (powerControllerProcess(runDirectory) === undefined ? true : undefined);
    if ((await poll(left, { timeout_ms: ENDING_MS, every_ms: 20 })) === undefined) signalProcess(running, 'SIGKILL');
  }
  rmSync(powerControllerPidFile(runDirectory), { force: true });
}

/** The bundled program beside the bundled dbssctl, the source beside the source. */
function powerControllerProgram(): string {
  const source = path.join(import.meta.dirname, 'power-controller-main.ts');
  return existsSync(source) ? source : distFile('power-controller-main.js');
}
