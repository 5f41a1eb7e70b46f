import { createHmac } from 'node:crypto';

/** A host key as known_hosts holds it. */
export interface KnownHostKey {
  readonly type: string;
  /** The key in ssh's wire format. */
  readonly key: Buffer;
}

/**
 * Keys that known_hosts holds for a host.
 *
 * @param text a known_hosts file, with plain or with hashed names (`HashKnownHosts`)
 * @param names names and addresses under which the host may stand there; a port other than 22 is written `[name]:port`
 */
export function knownHostKeys(text: string, names: readonly string[]): readonly KnownHostKey[] {
  const keys: KnownHostKey[] = [];
  for (const line of text.split('\n')) {
    const [hosts, type, key] = line.trim().split(/\s+/);
    if (hosts === undefined || type === undefined || key === undefined || hosts.startsWith('#') || hosts.startsWith('@')) continue;
    if (hosts.split(',').some((host) => names.some((name) => isName(host, name)))) keys.push({ type, key: Buffer.from(key, 'base64') });
  }
  return keys;
}

/** A hashed name is `|1|salt|HMAC-SHA1 of the name`, both in base64 (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
function isName(host: string, name: string): boolean {
  const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(host) ?? [];
  if (salt === undefined || hash === undefined) return host === name;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}
