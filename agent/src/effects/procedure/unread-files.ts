import { mustRunProgram } from '../process/run-program.ts';

const ASK_MS = 5_000;

/** When, by the wall clock, the unit of each daemon was last started or reloaded, in milliseconds; 0 for one that never was. */
export async function unitChanges_ms(daemons: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const units = daemons.map((daemon) => `${daemon}.service`);
  const said = await mustRunProgram('systemctl', ['show', '--property=Id,StateChangeTimestampMonotonic', '--', ...units], ASK_MS);
  // A reload is a change of state, too, and comes with no other time.
  const boot_ms = Date.now() - Number(process.hrtime.bigint() / 1_000_000n);
  const blocks = said.trim().split(/\n\s*\n/);
  return new Map(
    daemons.map((daemon, index) => {
      const changed_us = Number(/^StateChangeTimestampMonotonic=(\d+)$/m.exec(blocks[index] ?? '')?.[1] ?? 0);
      return [daemon, changed_us === 0 ? 0 : boot_ms + changed_us / 1_000];
    }),
  );
}

/**
 * Daemons that have neither been started nor reloaded since one of their files was changed, in words: what is written there has never been tried, and a broken
 * configuration looks as normal as the one before it.
 */
export function unreadFiles(
  changed: readonly { readonly path: string; readonly changed_ms: number; readonly daemon: string }[],
  unitChanges: ReadonlyMap<string, number>,
): readonly string[] {
  const words = new Map<string, string>();
  for (const { path, changed_ms, daemon } of changed) {
    if (words.has(daemon) || changed_ms <= (unitChanges.get(daemon) ?? 0)) continue;
    words.set(daemon, `${daemon} has been neither restarted nor reloaded since /${path} was changed`);
  }
  return [...words.values()];
}
