import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CableState, LabNetwork } from './lab-machines.ts';
import type { LabIdentity } from './lab-names.ts';
import { labNames } from './lab-names.ts';

/** What was done to a machine from outside; recovery times are measured from here. */
export type LabAction =
  | 'power-off'
  | 'power-on'
  | 'wake-on-lan'
  | 'freeze'
  | 'thaw'
  | `${LabNetwork}-link-${CableState}`
  | 'services-stopped'
  | 'switch-on'
  | 'switch-off';

export interface LabEvent {
  /** Unix time in milliseconds of the moment when the action took effect. */
  readonly time_ms: number;
  /** A machine's name, or `service switch`. */
  readonly machine: string;
  readonly action: LabAction;
}

/** Append one event to the lab's `events.log`. */
export function recordLabEvent(runDirectory: string, event: LabEvent): void {
  mkdirSync(runDirectory, { recursive: true });
  appendFileSync(eventsFile(runDirectory), `${JSON.stringify(event)}\n`);
}

/** All events of a lab since it was last brought up from nothing, oldest first. */
export function readLabEvents(identity: LabIdentity): readonly LabEvent[] {
  let text: string;
  try {
    text = readFileSync(eventsFile(labNames(identity).runDirectory), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LabEvent);
}

function eventsFile(runDirectory: string): string {
  return path.join(runDirectory, 'events.log');
}
