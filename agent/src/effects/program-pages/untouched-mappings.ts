/** A range of this process's memory that holds the unchanged contents of a file. */
export interface Mapping {
  readonly start: bigint;
  readonly length: bigint;
}

const HEADING = /^([0-9a-f]+)-([0-9a-f]+) (r-[-x]p) [0-9a-f]+ \S+ \d+ +(\/.*)$/;

/**
 * Mappings of `file` in the text of /proc/self/smaps that this process can only read and has changed no page of: whatever of them is not resident
 * the kernel reads again from the file. Ranges with a page of their own (relocations) are left out: those pages are nowhere else.
 */
export function untouchedMappings(smaps: string, file: string): Mapping[] {
  const found: Mapping[] = [];
  let current: Mapping | undefined;
  for (const line of smaps.split('\n')) {
    const [, start, end, , path] = HEADING.exec(line) ?? [];
    if (start !== undefined && end !== undefined) {
      current = path === file ? mapping(start, end) : undefined;
    } else if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) {
      current = undefined;
    } else if (line.startsWith('Anonymous:') && current !== undefined) {
      if (/^Anonymous: +0 kB$/.test(line)) found.push(current);
      current = undefined;
    }
  }
  return found;
}

function mapping(start: string, end: string): Mapping {
  const from = BigInt(`0x${start}`);
  return { start: from, length: BigInt(`0x${end}`) - from };
}
