/** An error that tells what else was noted before it; see `reasonOf`. */
export function withNotes(notes: readonly string[], error: unknown): unknown {
  return notes.length === 0 ? error : new Error(notes.join('; '), { cause: error });
}
