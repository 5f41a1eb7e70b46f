import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { installationRoot } from '../installation.ts';
import { WITNESS } from './facts.ts';
import { nearestWord } from './nearest-word.ts';
import type { Finding, ProblemCollector } from './problem-collector.ts';
import { WELL_KNOWN_DAEMONS } from './well-known-daemons.ts';
import { pointer } from './yaml-document.ts';

/**
 * Check an inventory's shape against the one JSON Schema, and report everything that it objects to. ajv's own errors carry the place, the
 * rule and the schema around it (whose `description` says what is expected), which is all that a located message needs.
 */
export function checkShape(value: unknown, problems: ProblemCollector): void {
  const validate = (validator ??= compileSchema());
  if (validate(value)) return;
  const errors = validate.errors ?? [];
  const misspelled = new Set(errors.flatMap((error) => meantKey(error)));
  for (const error of errors) {
    if (error.keyword === 'required' && misspelled.has(pointer(error.instancePath, missingKey(error)))) continue;
    report(error, problems);
  }
}

let validator: ValidateFunction | undefined;

function compileSchema(): ValidateFunction {
  const file = path.join(installationRoot(), 'inventories', 'dbss-inventory.schema.json');
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, strictRequired: false, strictTypes: false });
  addFormats(ajv);
  return ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
}

/** The pointer of the key that a misspelled key stands for: it is not missing as well. */
function meantKey(error: ErrorObject): readonly string[] {
  if (error.keyword !== 'additionalProperties') return [];
  const nearest = nearestWord(additionalKey(error), knownKeys(error));
  return nearest === undefined ? [] : [pointer(error.instancePath, nearest)];
}

function report(error: ErrorObject, problems: ProblemCollector): void {
  const at = error.instancePath;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = additionalKey(error);
      const keys = knownKeys(error);
      const expected = keys.length === 0 ? 'only variables that begin with ansible_' : `one of ${keys.join(', ')}`;
      problems.atKey(pointer(at, key), { found: `the unknown key "${key}"`, expected, suggestion: nearestWord(key, keys) });
      return;
    }
    case 'required':
      if (reportMisspelledDaemon(error, problems)) return;
      problems.atKey(at, { found: `no ${missingKey(error)}${inPlace(at)}`, expected: `${missingKey(error)}: ${describeMissing(error)}` });
      return;
    case 'minProperties':
    case 'maxProperties':
      problems.atKey(at, { found: countNoun(error), expected: describe(error) });
      return;
    case 'enum': {
      const words = (error.params as { allowedValues: readonly string[] }).allowedValues;
      const found = show(error.data);
      const suggestion = typeof error.data === 'string' ? nearestWord(error.data, words) : undefined;
      problems.atValue(at, { found, expected: `${describe(error)}, one of ${words.join(', ')}`, suggestion });
      return;
    }
    case 'pattern':
    case 'format':
      // A key that breaks a rule for names stands in `propertyName`; its own error is the place.
      if (error.propertyName !== undefined) {
        problems.atKey(pointer(at, error.propertyName), {
          found: `"${error.propertyName}"`,
          expected: describe(error),
          suggestion: respell(error.propertyName, error),
        });
        return;
      }
      problems.atValue(at, { found: show(error.data), expected: describe(error), ...quoteNote(error) });
      return;
    case 'propertyNames':
    case 'if':
      return; // summaries of errors that are reported by themselves
    default:
      problems.atValue(at, { found: show(error.data), expected: describe(error), ...quoteNote(error) });
  }
}

/** A daemon without probe and port that looks like a well-known one is misspelled: one mistake, said once. */
function reportMisspelledDaemon(error: ErrorObject, problems: ProblemCollector): boolean {
  const service = error.data as { daemon?: unknown; probe?: unknown; port?: unknown };
  if (!error.schemaPath.includes('/then/') || typeof service.daemon !== 'string') return false;
  const known = Object.keys(WELL_KNOWN_DAEMONS);
  const suggestion = nearestWord(service.daemon, known);
  if (suggestion === undefined || service.probe !== undefined || service.port !== undefined) return false;
  const expected = `one of ${known.join(', ')}, or another with probe and port`;
  problems.atValue(pointer(error.instancePath, 'daemon'), { found: `the unknown daemon "${service.daemon}"`, expected, suggestion });
  return true;
}

function additionalKey(error: ErrorObject): string {
  return (error.params as { additionalProperty: string }).additionalProperty;
}

function missingKey(error: ErrorObject): string {
  return (error.params as { missingProperty: string }).missingProperty;
}

function knownKeys(error: ErrorObject): readonly string[] {
  const schema = error.parentSchema as { properties?: Readonly<Record<string, unknown>> } | undefined;
  return Object.keys(schema?.properties ?? {});
}

function describe(error: ErrorObject): string {
  const description = (error.parentSchema as { description?: string } | undefined)?.description;
  return description ?? error.message ?? error.keyword;
}

/** What a missing key should hold: the probe and port of a daemon that is not well known are asked for by a rule without properties. */
function describeMissing(error: ErrorObject): string {
  const key = missingKey(error);
  if (error.schemaPath.includes('/then/')) {
    const daemon = (error.data as { daemon?: unknown }).daemon;
    return key === 'probe'
      ? `the dialogue that examines ${String(daemon)}, one of smtp, imap, ssh, ftp, http, proxy, tcp, script`
      : `the TCP port of ${String(daemon)}`;
  }
  return describe({ ...error, parentSchema: resolve(error, key) });
}

function resolve(error: ErrorObject, key: string): object {
  const properties =
    (error.parentSchema as { properties?: Readonly<Record<string, { $ref?: string; description?: string }>> }).properties ?? {};
  const property = properties[key];
  if (property?.$ref === undefined) return property ?? {};
  const definition = /^#\/definitions\/(.+)$/.exec(property.$ref)?.[1] ?? '';
  const root = validator?.schema as { definitions: Readonly<Record<string, object>> } | undefined;
  return root?.definitions[definition] ?? {};
}

function inPlace(at: string): string {
  const last = at.slice(at.lastIndexOf('/') + 1);
  if (last === '') return ' in the file';
  return /^\d+$/.test(last) ? ' in this entry' : ` in "${last}"`;
}

/** How many servers, or witnesses, a group has. */
function countNoun(error: ErrorObject): string {
  const count = Object.keys(error.data as object).length;
  const noun = error.instancePath.startsWith(WITNESS) ? 'host' : 'server';
  return count === 1 ? `1 ${noun}` : `${String(count)} ${noun}s`;
}

/** A name that breaks its rule as it would have to be written; nothing where that is not a matter of spelling. */
function respell(name: string, error: ErrorObject): string | undefined {
  const corrected = name
    .toLowerCase()
    .replaceAll(/[_. ]/g, '-')
    .replaceAll(/[^a-z0-9-]/g, '');
  return new RegExp(String(error.schema)).test(corrected) ? `"${corrected}"` : undefined;
}

/** A value as a person would call it. */
function show(data: unknown): string {
  if (data === null || data === undefined) return 'nothing';
  if (Array.isArray(data)) return data.length === 0 ? 'an empty list' : 'a list';
  switch (typeof data) {
    case 'object':
      return 'a mapping';
    case 'string':
      return `"${data}"`;
    case 'number':
    case 'bigint':
      return `the number ${String(data)}`;
    case 'boolean':
      return `the boolean ${String(data)}`;
    default:
      return `a ${typeof data}`;
  }
}

/** YAML 1.1 reads colons between digits as base 60, and yes, no, on and off as booleans. */
function quoteNote(error: ErrorObject): Pick<Finding, 'note'> {
  if (error.keyword !== 'type' || error.schema !== 'string') return {};
  if (typeof error.data !== 'number' && typeof error.data !== 'boolean') return {};
  return { note: 'without quotes YAML may take text for a number or a boolean' };
}
