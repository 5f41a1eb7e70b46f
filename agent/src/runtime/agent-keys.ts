import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type DatagramKeys, parseDatagramKeys } from '../configuration/datagram-keys.ts';
import { authoritiesOf, readSemIdentity, type SemIdentity } from '../effects/transport/sem-identity.ts';
import type { KeysReport } from '../protocol/keys-report.ts';
import type { AgentPaths } from './paths.ts';

/** The keys of this machine as they were read last. */
export interface AgentKeys {
  readonly identity: SemIdentity;
  /** Missing where nobody has deployed any. */
  readonly datagrams: DatagramKeys | undefined;
  /** Of installation procedure files. Missing on a witness, which may not read them, and where nobody has deployed any. */
  readonly procedures: DatagramKeys | undefined;
}

/** @throws Error naming the file that cannot be read or is damaged; no key is in its message */
export function readAgentKeys(paths: Pick<AgentPaths, 'tls' | 'datagramKeys' | 'procedureKeys'>): AgentKeys {
  return {
    identity: readSemIdentity(paths.tls),
    datagrams: readSecrets(paths.datagramKeys, 'datagrams'),
    procedures: readSecrets(paths.procedureKeys, 'installation procedures'),
  };
}

export function keysReport({ identity, datagrams, procedures }: AgentKeys): KeysReport {
  const certificate = new X509Certificate(identity.cert);
  const authorities = authoritiesOf(identity);
  const lastAuthority_unix_s = Math.max(...authorities.map(end_unix_s));
  return {
    authorities: authorities.map(({ fingerprint256 }) => fingerprint256),
    certificate: certificate.fingerprint256,
    valid_until_unix_s: Math.min(end_unix_s(certificate), lastAuthority_unix_s),
    datagramKeys: (datagrams?.believed ?? []).map(nameOfKey),
    procedureKeys: (procedures?.believed ?? []).map(nameOfKey),
  };
}

function end_unix_s(certificate: X509Certificate): number {
  return Math.floor(Date.parse(certificate.validTo) / 1000);
}

/** The key is 32 random bytes: nobody finds it from a part of its hash. */
function nameOfKey(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

function readSecrets(file: string, of: string): DatagramKeys | undefined {
  try {
    return parseDatagramKeys(readFileSync(file, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file}: the keys of the ${of} cannot be read`, { cause });
  }
}
