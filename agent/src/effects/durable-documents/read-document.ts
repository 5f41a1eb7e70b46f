import { readFileSync, statSync } from 'node:fs';

const LARGEST_BYTES = 262_144;

/**
 * The JSON of a small file; `undefined` where there is none.
 * @throws Error when it cannot be read, is unreasonably large or no JSON
 */
export function readJson(path: string): unknown {
  try {
    const { size } = statSync(path);
    if (size > LARGEST_BYTES) throw new Error(`it has ${String(size)} bytes`);
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}
