import { pointer } from './yaml-document.ts';

/**
 * An inventory as it was read, before anything is known of its shape: the checks that compare values with each other take from it what is
 * there and of the right kind, and leave the rest to the schema. So everything wrong is found in one run.
 */
export class Facts {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  text(at: string): string | undefined {
    const value = this.#at(at);
    return typeof value === 'string' ? value : undefined;
  }

  wholeNumber(at: string): number | undefined {
    const value = this.#at(at);
    return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
  }

  /** Is there a value, of whatever kind? */
  has(at: string): boolean {
    return this.#at(at) !== undefined;
  }

  /** Pointers of what a list or a mapping holds, in the order of the file. */
  items(at: string): readonly string[] {
    const value = this.#at(at);
    return typeof value === 'object' && value !== null ? Object.keys(value).map((key) => pointer(at, key)) : [];
  }

  #at(at: string): unknown {
    let value = this.#value;
    for (const step of at.split('/').slice(1)) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Readonly<Record<string, unknown>>)[key];
    }
    return value;
  }
}

/** Last step of a pointer: a server's name, for the pointer of a server. */
export function lastStep(at: string): string {
  return at
    .slice(at.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}

export const VARIABLES = '/all/vars';
export const HOSTS = '/all/children/dbss_servers/hosts';
export const WITNESS = '/all/children/dbss_witness/hosts';
