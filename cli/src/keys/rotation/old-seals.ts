import { sealName } from '@dbss/agent/effects/procedure/sealed-procedure.ts';
import { pollUntil } from '../../bootstrap/poll-until.ts';
import { BrokenError } from '../../errors.ts';
import { type SealMaterial, sealKeysOf } from '../../generate/seal-procedures.ts';
import type { KeyHosts } from './key-hosts.ts';

/** Servers seal what they captured anew as soon as their keys change, and tell all; one that has missed that asks each other one in turn, a minute apart. */
const LIMIT_MS = 600_000;
const EVERY_MS = 1_000;

/**
 * Wait until no server has a captured installation procedure file that is sealed with the old keys: nobody could open it any more when these are forgotten, and a
 * failover would go back to the generated one.
 *
 * @param material the new keys
 * @throws BrokenError naming the servers whose files are still sealed with other keys, and where
 */
export async function untilSealedAnew(
  hosts: Pick<KeyHosts, 'captures'>,
  material: SealMaterial,
  servers: readonly string[],
  options: { readonly signal: AbortSignal; readonly limit_ms?: number },
): Promise<void> {
  const seals = new Map(servers.map((server) => [server, sealName(sealKeysOf(material, server))]));
  const { seen, enough } = await pollUntil(
    () => Promise.all(servers.map((machine) => troublesOn(hosts, machine, seals))),
    (found) => found.flat().length === 0,
    { limit_ms: options.limit_ms ?? LIMIT_MS, every_ms: EVERY_MS, signal: options.signal },
  );
  if (enough) return;
  const old = seen.flat();
  const server = old.find((trouble) => trouble.server !== undefined)?.server ?? servers[0] ?? '';
  throw new BrokenError(
    `installation procedure files may still be sealed with the old keys and would be lost with them\n${old.map(({ words }) => `  ${words}`).join('\n')}`,
    {
      hint:
        `\`dbssctl log ${server}\` says why; \`dbssctl procedure capture ${server}\` captures it anew. ` +
        'Then `dbssctl keys rotate --continue`; until then old and new keys work together',
    },
  );
}

interface Trouble {
  /** Whose file it is; undefined where a machine does not say what it has. */
  readonly server: string | undefined;
  readonly words: string;
}

/** A machine that does not answer just now may do so at the next look. */
async function troublesOn(
  hosts: Pick<KeyHosts, 'captures'>,
  machine: string,
  seals: ReadonlyMap<string, string>,
): Promise<readonly Trouble[]> {
  try {
    const stamps = await hosts.captures(machine);
    return stamps
      .filter(({ server, seal }) => seals.has(server) && seals.get(server) !== seal)
      .map(({ server }) => ({ server, words: `that of ${server} on ${machine}` }));
  } catch (error) {
    return [{ server: undefined, words: (error as Error).message }];
  }
}
