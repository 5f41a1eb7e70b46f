import { readFileSync } from 'node:fs';
import koffi from 'koffi';
import { untouchedMappings } from './untouched-mappings.ts';

const MADV_DONTNEED = 4;

/**
 * Give back the resident pages of Node's own program file. Starting Node touches some 50 MB of its 120 MB file, of which an agent needs a fraction
 * afterwards; what it needs comes back by page faults from the page cache.
 *
 * @throws Error when the C library cannot be called
 */
export function releaseProgramPages(): void {
  const madvise = koffi.load('libc.so.6').func('int madvise(uintptr_t address, size_t length, int advice)') as (
    address: bigint,
    length: bigint,
    advice: number,
  ) => number;
  for (const { start, length } of untouchedMappings(readFileSync('/proc/self/smaps', 'utf8'), process.execPath)) {
    if (madvise(start, length, MADV_DONTNEED) !== 0) throw new Error(`madvise of ${length.toString()} bytes was refused`);
  }
}
