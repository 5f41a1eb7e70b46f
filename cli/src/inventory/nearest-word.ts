/**
 * The word that was probably meant: the one with the fewest typing errors (a letter added, left out, replaced, or two swapped), if they
 * are few for its length. Of equals the one with the same first letter, which is seldom wrong, then the first.
 */
export function nearestWord(found: string, words: readonly string[]): string | undefined {
  const candidates = words
    .map((word) => ({ word, errors: typingErrors(found.toLowerCase(), word.toLowerCase()), begins: word[0] === found[0] }))
    .filter(({ word, errors }) => errors <= Math.max(1, Math.floor(word.length / 3)));
  return candidates.toSorted((a, b) => a.errors - b.errors || Number(b.begins) - Number(a.begins))[0]?.word;
}

/** Optimal string alignment distance. */
function typingErrors(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(replaced, at(last, column) + 1, at(current, column - 1) + 1, swapped ? at(beforeLast, column - 2) + 1 : Infinity),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
