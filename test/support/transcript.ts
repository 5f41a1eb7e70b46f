import type { World } from '../../cli/src/simulator/world.ts';

/** System log of one server: the texts of its transcript lines, without what the world notes itself. */
export function logOf(world: World, server: string): string[] {
  return timedLogOf(world, server).map(({ text }) => text);
}

/** The same with the world's time in seconds, and from which line of the transcript on. */
export function timedLogOf(world: World, server: string, from = 0): { time_s: number; text: string }[] {
  return world.transcript.slice(from).flatMap((line) => {
    const [, time, name, text] = /^ *([\d.]+) (\S+) +(.*)$/.exec(line) ?? [];
    if (time === undefined || text === undefined || name !== server || text.startsWith('***')) return [];
    return [{ time_s: Number(time), text }];
  });
}
