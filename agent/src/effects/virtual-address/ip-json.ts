/** Reading the JSON of `ip -j`: its shape is not ours, so nothing of it is taken for granted. */

export function array(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error('the output of ip is not a list');
  return value;
}

export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
