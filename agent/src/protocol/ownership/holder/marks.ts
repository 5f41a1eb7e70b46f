/** The kernel's marks have 32 bits, and 0 is a packet's before it gets one. */
const MARKS = 0xffff_ffff;

/** The kernel's name for a sequence. Sequences grow by microseconds: marks come again after more than an hour, elements live for seconds. */
export function markOf(sequence: number): number {
  return (sequence % MARKS) + 1;
}
