import { METHODS, type Method } from '@dbss/agent/protocol/method/method.ts';
import { UserError } from '../errors.ts';
import { nearestWord } from '../inventory/nearest-word.ts';
import { readYaml, valueOffset } from '../inventory/yaml-document.ts';

const METHOD = '/all/vars/dbss_method';
/** A key that every inventory has where the method may stand. */
const CLUSTER = '/all/vars/dbss_cluster';

/**
 * Read `ring,p2p`.
 *
 * @throws UserError that names the unknown word and the nearest known one
 */
export function parseMethods(words: readonly string[]): readonly Method[] {
  const methods = [...new Set(words.flatMap((word) => word.split(',')).map((word) => word.trim()))].filter((word) => word !== '');
  if (methods.length === 0) throw new UserError('no method', { hint: `--method takes one or several of ${METHODS.join(', ')}` });
  return methods.map((word) => {
    const method = METHODS.find((known) => known === word);
    if (method !== undefined) return method;
    const nearest = nearestWord(word, METHODS);
    throw new UserError(`"${word}" is no method${nearest === undefined ? '' : `; did you mean ${nearest}?`}`, {
      hint: `there are ${METHODS.join(', ')}`,
    });
  });
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
