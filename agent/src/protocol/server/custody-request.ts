import type { Custody } from './custody.ts';

export type CustodyRequest = 'protect' | 'who-has' | 'set' | 'announce';

const PREFIX = 'custody:';

/** A request of a custody's own: `custody:<what>:<serial>:<address>`. */
export function custodyRequest(what: CustodyRequest, address: string, { serial }: Custody): string {
  return `${PREFIX}${what}:${String(serial)}:${address}`;
}

export function isCustodyRequest(request: string): boolean {
  return request.startsWith(PREFIX);
}
