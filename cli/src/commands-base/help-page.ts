import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Where the build puts the pages, beside the bundle. */
export const PAGES_FILE = 'help-pages.json';

/** A line of a page has at most so many columns, as on a terminal of the usual width and in a pipe. */
export const PAGE_COLUMNS = 80;

/**
 * The help that the build has written down, for a command line that asks for nothing else.
 * @param argv words after `dbssctl`
 * @param directory where the bundle is
 * @param terminal where the page is to be shown
 * @returns the page; undefined when oclif is to find out what is meant, or to break the lines for a narrow terminal
 */
export function helpPage(argv: readonly string[], directory: string, terminal: NodeJS.WriteStream): string | undefined {
  const asked = argv.at(-1);
  if (asked !== undefined && asked !== '--help' && asked !== '-h') return undefined;
  if (terminal.isTTY && terminal.columns < PAGE_COLUMNS) return undefined;
  const pages = JSON.parse(readFileSync(path.join(directory, PAGES_FILE), 'utf8')) as Readonly<Record<string, string>>;
  const words = argv.slice(0, -1).join(' ');
  const page = Object.hasOwn(pages, words) ? pages[words] : undefined;
  return page === undefined || (terminal.isTTY && terminal.hasColors()) ? page : stripVTControlCharacters(page);
}
