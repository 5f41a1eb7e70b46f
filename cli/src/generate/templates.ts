import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { BrokenError } from '../errors.ts';
import { installationRoot } from '../installation.ts';

/** The static parts that generated files are made of. */
export interface Templates {
  /** By daemon, the files below its directory in templates/services, in the order of their paths. */
  readonly services: Readonly<Record<string, readonly { readonly path: string; readonly text: string }[]>>;
  /** templates/procedure/install.sh */
  readonly installScript: string;
}

/** Read `templates/` of this installation. */
export async function readTemplates(root: string = path.join(installationRoot(), 'templates')): Promise<Templates> {
  const directory = path.join(root, 'services');
  const entries = await readdir(directory, { withFileTypes: true });
  const services: Record<string, { path: string; text: string }[]> = {};
  for (const daemon of entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)) {
    const files = await readdir(path.join(directory, daemon), { withFileTypes: true, recursive: true });
    const names = files
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(path.join(directory, daemon), path.join(entry.parentPath, entry.name)))
      .sort(); // by code units: the same everywhere
    services[daemon] = await Promise.all(
      names.map(async (name) => ({ path: name, text: await readFile(path.join(directory, daemon, name), 'utf8') })),
    );
  }
  return { services, installScript: await readFile(path.join(root, 'procedure', 'install.sh'), 'utf8') };
}

/**
 * Fill in the words in double braces.
 * @throws BrokenError for a word that has no value
 */
export function fillTemplate(name: string, text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{\s*([a-z_]+)\s*\}\}/g, (whole, word: string) => {
    const value = Object.hasOwn(values, word) ? values[word] : undefined;
    if (value !== undefined) return value;
    throw new BrokenError(`${name}: nothing is known for ${whole}`, { hint: `use one of ${Object.keys(values).join(', ')}` });
  });
}
