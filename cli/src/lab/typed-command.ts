/**
 * What stands after the `--` that follows a host, as it was typed: oclif puts words that stand before it, too, in another order.
 *
 * @param words of the command line, after the name of the command
 * @returns undefined where there is no `--` after the host
 */
export function commandIn(words: readonly string[], host: string): readonly string[] | undefined {
  const separator = words.indexOf('--');
  return separator > words.indexOf(host) ? words.slice(separator + 1) : undefined;
}
