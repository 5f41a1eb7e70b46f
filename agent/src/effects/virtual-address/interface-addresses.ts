import { array, field } from './ip-json.ts';
import { mustRunProgram } from '../process/run-program.ts';

const IP_TIMEOUT_MS = 5_000;

export interface InterfaceAddress {
  readonly address: string;
  readonly prefix_length: number;
}

/**
 * IPv4 addresses of an interface.
 *
 * @throws Error with the words of `ip`
 */
export async function interfaceAddresses(networkInterface: string): Promise<InterfaceAddress[]> {
  return parseAddresses(await ip(['-j', '-4', 'addr', 'show', 'dev', networkInterface]));
}

/** Addresses in the output of `ip -j -4 addr show`. */
export function parseAddresses(json: string): InterfaceAddress[] {
  const links = json.trim() === '' ? [] : array(JSON.parse(json));
  return links.flatMap((link) =>
    array(field(link, 'addr_info') ?? []).flatMap((info) => {
      const address = field(info, 'local');
      const prefix_length = field(info, 'prefixlen');
      return typeof address === 'string' && typeof prefix_length === 'number' ? [{ address, prefix_length }] : [];
    }),
  );
}

export async function ip(args: readonly string[]): Promise<string> {
  return await mustRunProgram('ip', args, IP_TIMEOUT_MS);
}
