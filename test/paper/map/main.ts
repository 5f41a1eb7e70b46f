/** `npm run paper-map` writes docs/paper-map.md; with `--check` it only tells whether the file is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderMap } from './render-map.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const file = path.join(root, 'docs/paper-map.md');
const wanted = renderMap(root);
if (!process.argv.includes('--check')) writeFileSync(file, wanted);
else if (readFileSync(file, 'utf8') !== wanted) {
  process.stderr.write('docs/paper-map.md is not current: run npm run paper-map\n');
  process.exitCode = 1;
}
