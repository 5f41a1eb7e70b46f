import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { PAGE_COLUMNS } from '../src/commands-base/help-page.ts';

/**
 * Lets oclif write the help of dbssctl, of each topic and of each command, so that nothing of oclif is loaded to show them.
 * @param cliRoot the package's directory
 * @param staged directory with the manifest of the commands
 * @returns JSON text: words between `dbssctl` and `--help` → page, headings in bold
 * @throws Error when oclif cannot write one
 */
export function renderHelpPages(cliRoot: string, staged: string): string {
  const program = path.join(import.meta.dirname, 'render-help-pages.ts');
  const env = { ...process.env, FORCE_COLOR: '1', OCLIF_COLUMNS: String(PAGE_COLUMNS) };
  return execFileSync(process.execPath, [program, cliRoot, staged], { encoding: 'utf8', env });
}
