import { mustRunProgram } from '../process/run-program.ts';
import { captureRule } from './capture-rules.ts';

const ASK_MS = 5_000;
const PROPERTIES = ['LoadState', 'ActiveState', 'Result', 'ReloadResult', 'StateChangeTimestampMonotonic'] as const;
type UnitState = Readonly<Record<(typeof PROPERTIES)[number], string>>;

/** What a daemon can have read of its configuration. */
export interface DaemonReading {
  /** When, by the wall clock, it was last started or reloaded; 0 for one that never was. */
  readonly at_ms: number;
  /** Why it has read nothing at all then, in words. */
  readonly failed?: string;
}

/** What systemd says of the unit of each daemon, by daemon. */
export async function daemonReadings(daemons: readonly string[]): Promise<ReadonlyMap<string, DaemonReading>> {
  const units = daemons.flatMap((daemon) => unitsOf(daemon).map((unit) => ({ daemon, unit })));
  const names = units.map(({ unit }) => unit);
  const said = await mustRunProgram('systemctl', ['show', `--property=Id,${PROPERTIES.join()}`, '--', ...names], ASK_MS);
  const boot_ms = Date.now() - Number(process.hrtime.bigint() / 1_000_000n);
  const blocks = said.trim().split(/\n\s*\n/);
  const readings = new Map<string, DaemonReading>();
  for (const [index, { daemon, unit }] of units.entries()) {
    const state = stateIn(blocks[index] ?? '');
    const isOwnUnit = unit === `${daemon}.service`;
    if (isOwnUnit || (state.LoadState === 'loaded' && state.ActiveState !== 'inactive'))
      readings.set(daemon, readingOf(unit, state, boot_ms));
  }
  return readings;
}

/**
 * Daemons that have neither been started nor reloaded since one of their files was changed, or not with success, in words: what is written there has never been
 * tried, and a broken configuration looks as normal as the one before it.
 */
export function unreadFiles(
  changed: readonly { readonly path: string; readonly changed_ms: number; readonly daemon: string }[],
  readings: ReadonlyMap<string, DaemonReading>,
): readonly string[] {
  const words = new Map<string, string>();
  for (const { path, changed_ms, daemon } of changed) {
    const { at_ms, failed } = readings.get(daemon) ?? { at_ms: 0 };
    if (words.has(daemon)) continue;
    if (failed !== undefined) words.set(daemon, `${daemon} has not read /${path}: ${failed}`);
    else if (changed_ms > at_ms) words.set(daemon, `${daemon} has been neither restarted nor reloaded since /${path} was changed`);
  }
  return [...words.values()];
}

/** The daemon's own unit first: one behind it that is there tells more. */
function unitsOf(daemon: string): readonly string[] {
  const { reader } = captureRule(daemon);
  return [`${daemon}.service`, ...(reader === undefined ? [] : [reader])];
}

function stateIn(block: string): UnitState {
  const valueOf = (property: string): string => new RegExp(`^${property}=(.*)$`, 'm').exec(block)?.[1] ?? '';
  return Object.fromEntries(PROPERTIES.map((property) => [property, valueOf(property)])) as UnitState;
}

/** A reload has no time of its own: it is a change of state, to `active` also when it failed (org.freedesktop.systemd1(5)). */
function readingOf(
  unit: string,
  { ActiveState, Result, ReloadResult, StateChangeTimestampMonotonic }: UnitState,
  boot_ms: number,
): DaemonReading {
  const changed_us = Number(StateChangeTimestampMonotonic);
  const at_ms = changed_us > 0 ? boot_ms + changed_us / 1_000 : 0;
  if (ActiveState === 'active' && Result === 'success') {
    return ReloadResult === 'success' ? { at_ms } : { at_ms, failed: `the last reload of ${unit} failed (${ReloadResult})` };
  }
  const result = Result === 'success' ? '' : ` (${Result})`;
  return { at_ms, failed: `${unit} is ${ActiveState}${result}` };
}
