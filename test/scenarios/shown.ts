import { type LabUnderTest, pause } from './lab-under-test.ts';

/** What `dbssctl ring show` prints for an administrator. */
export class Shown {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** What the row of a server says; empty words where there is no such row. */
  rowOf(server: string): { readonly state: string; readonly heldBy: string; readonly services: string } {
    const rows = this.text.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
    const [, , state = '', , , , heldBy = '', services = ''] = rows.find(([, name]) => name === server) ?? [];
    return { state, heldBy, services };
  }
}

/** Looks at `dbssctl ring show` again until it says what is wanted; an error with its text when that takes too long. */
export async function untilShown(lab: LabUnderTest, wanted: string, holds: (shown: Shown) => boolean, limit_s: number): Promise<Shown> {
  const deadline_ms = performance.now() + limit_s * 1000;
  for (;;) {
    const shown = new Shown((await lab.mustRun('ring', 'show')).stdout);
    if (holds(shown)) return shown;
    if (performance.now() > deadline_ms)
      throw new Error(`ring show did not say within ${String(limit_s)} s: ${wanted}; it says\n${shown.text}`);
    await pause(500);
  }
}
