import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PAPER_PARTS, type PaperPart, refersTo } from './references.ts';

const OPENING = `# Paper map

Where each section, figure and table of the paper lives: the code that refers to it, and the tests that prove it. Written by \`npm run paper-map\` from the
comments of the sources and the names of the tests; \`npm run check:paper-map\` fails when it is not current.
`;

interface Source {
  /** From the root of the checkout. */
  readonly file: string;
  readonly text: string;
}

/**
 * The text of docs/paper-map.md.
 *
 * @param root directory of the checkout
 * @throws Error when a part of the paper has neither code nor test nor a reason
 */
export function renderMap(root: string): string {
  const code = sources(root, ['agent/src/**/*.ts', 'cli/src/**/*.ts']);
  const tests = sources(root, ['test/**/*.ts']).filter(({ file }) => !file.startsWith('test/paper/map/'));
  const rows = PAPER_PARTS.map((part) => {
    const [inCode, inTests] = [linksTo(code, part), linksTo(tests, part)];
    if (inCode === '' && inTests === '' && part.nothing === undefined) throw new Error(`nothing stands for ${part.name}: ${part.title}`);
    const told = part.nothing !== undefined && inCode === '' ? `(${part.nothing})` : inCode;
    return `| ${part.name} | ${part.title} | ${told} | ${inTests} |`;
  });
  const sentences = tests.filter(({ file }) => /^test\/paper\/[^/]+\.test\.ts$/.test(file)).flatMap(sentencesOf);
  return [
    OPENING,
    '| part | title | code | tests |\n|---|---|---|---|',
    ...rows,
    '\n## Sentences that are proved\n',
    ...sentences,
    '',
  ].join('\n');
}

function sources(root: string, patterns: readonly string[]): readonly Source[] {
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
  return files.map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));
}

function linksTo(all: readonly Source[], part: PaperPart): string {
  return all
    .filter(({ text }) => refersTo(text, part))
    .map(({ file }) => `[${path.basename(file, '.ts')}](../${file})`)
    .join(', ');
}

/** The names of a file's tests, under the file. */
function sentencesOf({ file, text }: Source): readonly string[] {
  const names = [...text.matchAll(/(describe\(|\(|\s)\s*(['"`])(§\d[^\n]*?)\2,/g)].filter(([, before]) => before !== 'describe(');
  return [
    `- [${path.basename(file)}](../${file})`,
    ...names.map(([, , , name = '']) => `  - ${name.replaceAll(/[*_|<>]/g, String.raw`\$&`)}`),
  ];
}
