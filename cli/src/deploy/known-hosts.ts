/** A host key as known_hosts holds it. */
export interface KnownHostKey {
  readonly type: string;
  /** The key in ssh's wire format. */
  readonly key: Buffer;
}

/**
 * Keys that known_hosts holds for a host.
 *
 * @param text a known_hosts file with plain (not hashed) names
 * @param names names and addresses under which the host may stand there; a port other than 22 is written `[name]:port`
 */
export function knownHostKeys(text: string, names: readonly string[]): readonly KnownHostKey[] {
  const keys: KnownHostKey[] = [];
  for (const line of text.split('\n')) {
    const [hosts, type, key] = line.trim().split(/\s+/);
    if (hosts === undefined || type === undefined || key === undefined || hosts.startsWith('#') || hosts.startsWith('@')) continue;
    if (hosts.split(',').some((host) => names.includes(host))) keys.push({ type, key: Buffer.from(key, 'base64') });
  }
  return keys;
}
