import { enableCompileCache } from 'node:module';
import path from 'node:path';

// Before anything else is loaded: the cache lies beside the bundle, where only its owner writes, not in a directory open to all.
enableCompileCache(path.join(import.meta.dirname, '.compile-cache'));
const { runCommandLine } = await import('./commands-base/run-command-line.ts');
await runCommandLine(process.argv.slice(2), import.meta.url);
