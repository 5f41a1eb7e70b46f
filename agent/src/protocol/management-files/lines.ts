/** Management files are plain text, one record a line; an empty file has no line and no byte (§2.4). */

export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** The fields of a record; a record with too few fields gives `undefined`. */
export function fieldsOf(line: string, count: number): string[] | undefined {
  const fields = line.split(' ');
  return fields.length === count && fields.every((field) => field !== '') ? fields : undefined;
}
