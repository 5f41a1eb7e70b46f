/** A record that has no keys at all: a server may be called `constructor`. */
export function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
