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

/** An administrator reads that a server is being recovered, and who serves in its place. @returns who */
export async function untilShownRecovering(lab: LabUnderTest, server: string, limit_s: number): Promise<string> {
  // Without a lease more would stand there.
  const holder = new RegExp(`^${server}b@\\S+$`);
  const isServed = (shown: Shown): boolean => holder.test(shown.rowOf(server).heldBy);
  const shown = await untilShown(lab, `a virtual server holds the address of ${server}`, isServed, limit_s);
  process.stdout.write(`ring show:\n${shown.text}\n`);
  const { state, heldBy } = shown.rowOf(server);
  if (state !== 'recovering') throw new Error(`expected ring show to say that ${server} is recovering; it says\n${shown.text}`);
  return heldBy;
}
