/** IPv4 addresses and networks as 32-bit numbers. Every function expects text that the schema's `address` or `cidr` admits. */

export interface Ipv4Network {
  /** First address, with host bits cleared. */
  readonly first: number;
  /** Last address: the broadcast address. */
  readonly last: number;
  readonly prefix_length: number;
}

const ADDRESS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** The address as a number, or undefined where the text is no IPv4 address. */
export function parseAddress(text: string): number | undefined {
  const octets = ADDRESS.exec(text)?.slice(1).map(Number);
  if (octets === undefined || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((value, octet) => value * 256 + octet, 0);
}

/** `198.18.0.5/24` as the network that holds it, or undefined where the text is no network. */
export function parseNetwork(text: string): Ipv4Network | undefined {
  const [addressText = '', prefixText = ''] = text.split('/');
  const address = parseAddress(addressText);
  const prefix_length = Number(prefixText);
  if (address === undefined || !/^\d{1,2}$/.test(prefixText) || prefix_length > 32) return undefined;
  const size = 2 ** (32 - prefix_length);
  const first = address - (address % size);
  return { first, last: first + size - 1, prefix_length };
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

export function formatNetwork(network: Ipv4Network): string {
  return `${formatAddress(network.first)}/${String(network.prefix_length)}`;
}

/** Whether a machine can have this address on that network: inside, and neither its first nor its broadcast address. */
export function isHostAddress(network: Ipv4Network, address: number): boolean {
  return address > network.first && address < network.last;
}
