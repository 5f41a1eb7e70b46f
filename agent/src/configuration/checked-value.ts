/**
 * Readers for values that come from outside (a configuration file, another server's message): each takes an unknown value and gives
 * the typed one or throws `InvalidValue`. Objects are built anew, field by field, so that nothing that was not asked for gets in.
 */

/** A value is not what was expected. `path` says where, e.g. `ring.timing.interval_ms`. */
export class InvalidValue extends Error {
  readonly path: string;

  constructor(path: string, expected: string, found: unknown) {
    super(`${path === '' ? 'value' : path}: expected ${expected}, found ${shown(found)}`);
    this.name = 'InvalidValue';
    this.path = path;
  }
}

export type Reader<T> = (value: unknown, path: string) => T;

/** Text of `min` (default 1) to `max` UTF-16 units that matches `pattern` where there is one. `what` names it in the error. */
export function text(what: string, options: { max: number; min?: number; pattern?: RegExp }): Reader<string> {
  return (value, path) => {
    const { max, min = 1, pattern } = options;
    if (typeof value !== 'string' || value.length < min || value.length > max || pattern?.test(value) === false) {
      throw new InvalidValue(path, `${what} (at most ${String(max)} characters)`, value);
    }
    return value;
  };
}

export function number(what: string, options: { min: number; max: number; whole?: boolean }): Reader<number> {
  return (value, path) => {
    const { min, max, whole = false } = options;
    const fits = typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value));
    if (!fits) throw new InvalidValue(path, `${what} from ${String(min)} to ${String(max)}`, value);
    return value;
  };
}

export function boolean(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw new InvalidValue(path, 'true or false', value);
  return value;
}

export function oneOf<T extends string | number>(values: readonly T[]): Reader<T> {
  return (value, path) => {
    const found = values.find((allowed) => allowed === value);
    if (found === undefined) throw new InvalidValue(path, `one of ${values.join(', ')}`, value);
    return found;
  };
}

/** One given value, e.g. the `kind` of a variant. */
export function exactly<const T extends string | number>(value: T): Reader<T> {
  return oneOf([value]);
}

export function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (value, path) => (value === undefined ? undefined : read(value, path));
}

export function listOf<T>(read: Reader<T>, options: { max: number; min?: number }): Reader<T[]> {
  return (value, path) => {
    const { max, min = 0 } = options;
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      throw new InvalidValue(path, `a list of ${String(min)} to ${String(max)} entries`, value);
    }
    return value.map((entry, index) => read(entry, `${path}[${String(index)}]`));
  };
}

/** An object with names as keys, of at most `max` entries. */
export function recordOf<T>(readKey: Reader<string>, read: Reader<T>, max: number): Reader<Record<string, T>> {
  return (value, path) => {
    const entries = Object.entries(plainObject(value, path));
    if (entries.length > max) throw new InvalidValue(path, `at most ${String(max)} entries`, entries.length);
    return Object.fromEntries(entries.map(([key, entry]) => [readKey(key, `${path} key`), read(entry, `${path}.${key}`)]));
  };
}

/** An object with exactly these fields; an unknown one is refused, an `optional` one may be missing. */
export function object<T extends object>(fields: { readonly [K in keyof T]-?: Reader<T[K]> }): Reader<T> {
  return (value, path) => {
    const found = plainObject(value, path);
    const stranger = Object.keys(found).find((key) => !Object.hasOwn(fields, key));
    if (stranger !== undefined) throw new InvalidValue(joined(path, stranger), 'no such field', found[stranger]);
    const entries = Object.entries<Reader<unknown>>(fields)
      .map(([key, read]) => [key, read(Object.hasOwn(found, key) ? found[key] : undefined, joined(path, key))] as const)
      .filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(entries) as T;
  };
}

/** One of several objects, told apart by `kind`. A kind without a reader does not compile. */
export function variants<T extends { readonly kind: string }>(readers: {
  readonly [K in T['kind']]: Reader<Extract<T, { readonly kind: K }>>;
}): Reader<T> {
  const kinds = Object.keys(readers) as T['kind'][];
  return (value, path) => {
    const kind = oneOf(kinds)(plainObject(value, path)['kind'], joined(path, 'kind'));
    return readers[kind](value, path);
  };
}

function plainObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InvalidValue(path, 'an object', value);
  return value as Record<string, unknown>;
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  // What JSON does not know (a function, say) gives no text, although the type says so.
  const json = (JSON.stringify(value) as string | undefined) ?? typeof value;
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}
