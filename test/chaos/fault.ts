/**
 * A command line of dbssctl, word by word. `$server` stands for the server that the fault befalls, `$manager` and `$next` for those before and after
 * it in the ring, `$daemon` for its first service, `$files` for the file server.
 */
export type Step = readonly string[];

/** What can befall a lab, as data. */
export interface ChaosFault {
  readonly name: string;
  /** What is done, in words; the same names stand for the same things. */
  readonly what: string;
  readonly strike: readonly Step[];
  /** So long nobody repairs it. */
  readonly lasts_s: number;
  /** What the world does afterwards: a cable is plugged, a disk is emptied. Nothing of it is done to the ring. */
  readonly repair: readonly Step[];
  /** Who does not serve its clients while it lasts, and so may be taken over; everybody else is healthy. */
  readonly mayBeTakenOver: readonly string[];
}

/** A fault and whom it befalls. */
export interface PlannedFault {
  readonly fault: ChaosFault;
  /** What each `$name` stands for. */
  readonly names: Readonly<Record<string, string>>;
}

/** `dbssctl` with these words, separated by spaces. */
export function dbssctl(words: string): Step {
  return words.split(' ');
}

/** A shell command as root on a machine. */
export function inside(machine: string, command: string): Step {
  return ['lab', 'exec', machine, '--', 'sh', '-c', command];
}

/** A text with names in place of `$server` and its like. */
export function fill(text: string, names: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$([a-z]+)/g, (whole, name: string) => names[name] ?? whole);
}
