import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { endWhenNobodyReads } from './commands-base/closed-pipe.ts';
import { helpPage } from './commands-base/help-page.ts';

process.stdout.on('error', endWhenNobodyReads);
// Nobody is left to be told of it, and cleaning up goes on.
process.stderr.on('error', () => undefined);
const argv = process.argv.slice(2);
const page = helpPage(argv, import.meta.dirname, process.stdout);
if (page === undefined) {
  // Before anything else is loaded: the cache lies beside the bundle, where only its owner writes, not in a directory open to all.
  enableCompileCache(path.join(import.meta.dirname, '.compile-cache'));
  const { runCommandLine } = await import('./commands-base/run-command-line.ts');
  await runCommandLine(argv, import.meta.url);
} else {
  process.stdout.write(page);
}
