import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { installationRoot } from '../installation.ts';
import { nearestWord } from '../inventory/nearest-word.ts';
import { readYaml, valueOffset } from '../inventory/yaml-document.ts';

const METHOD = '/all/vars/dbss_method';
/** A key that every inventory has where the method may stand. */
const CLUSTER = '/all/vars/dbss_cluster';

/** Methods that an inventory of this version can name: those of its JSON Schema. */
export function knownMethods(): readonly string[] {
  const file = path.join(installationRoot(), 'inventories', 'dbss-inventory.schema.json');
  const methods = methodsIn(JSON.parse(readFileSync(file, 'utf8')));
  if (methods === undefined) throw new Error(`${file} does not say which values dbss_method may have`);
  return methods;
}

/**
 * Read `ring,p2p`.
 *
 * @param known methods that there are
 * @throws UserError that names the unknown word and the nearest known one
 */
export function parseMethods(words: readonly string[], known: readonly string[]): readonly string[] {
  const methods = [...new Set(words.flatMap((word) => word.split(',')).map((word) => word.trim()))].filter((word) => word !== '');
  if (methods.length === 0) throw new UserError('no method', { hint: `--method takes one or several of ${known.join(', ')}` });
  for (const method of methods) {
    if (known.includes(method)) continue;
    const nearest = nearestWord(method, known);
    throw new UserError(`"${method}" is no method of this version${nearest === undefined ? '' : `; did you mean ${nearest}?`}`, {
      hint: `it knows ${known.join(', ')}`,
    });
  }
  return methods;
}

/**
 * An inventory's text with another method, everything else as it was.
 *
 * @throws UserError when the text has no place where the method could stand
 */
export function withMethod(file: string, text: string, method: string): string {
  const document = readYaml(text);
  if (document.values.has(METHOD)) {
    const offset = valueOffset(document, METHOD);
    const old = /^(?:"[^"\n]*"|'[^'\n]*'|[^\s,}#]+)/.exec(text.slice(offset))?.[0];
    if (old !== undefined) return `${text.slice(0, offset)}${method}${text.slice(offset + old.length)}`;
  }
  const beside = document.keys.get(CLUSTER);
  const indent = beside === undefined ? undefined : /(?:^|\n)( *)$/.exec(text.slice(0, beside))?.[1];
  if (beside === undefined || indent === undefined) {
    throw new UserError(`${file}: the method cannot be set in it`, { hint: 'write a line with dbss_method into all.vars' });
  }
  return `${text.slice(0, beside)}dbss_method: ${method}\n${indent}${text.slice(beside)}`;
}

/** The `enum` of the property dbss_method, wherever the schema has it. */
function methodsIn(schema: unknown): readonly string[] | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  for (const [key, value] of Object.entries(schema) as [string, unknown][]) {
    if (key === 'dbss_method' && typeof value === 'object' && value !== null && 'enum' in value && Array.isArray(value.enum)) {
      return (value.enum as readonly unknown[]).filter((word) => typeof word === 'string');
    }
    const found = methodsIn(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
