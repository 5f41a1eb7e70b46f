import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerCertificate, SecureContextOptions } from 'node:tls';

/** What this server proves itself with and what it believes others by. */
export type SemIdentity = Required<Pick<SecureContextOptions, 'ca' | 'cert' | 'key' | 'minVersion' | 'maxVersion'>>;

/**
 * The cluster's CA and this server's certificate and key.
 *
 * @param directory with ca.pem, server.pem and server.key
 * @throws Error when one of them cannot be read
 */
export function readSemIdentity(directory: string): SemIdentity {
  const read = (name: string): Buffer => readFileSync(join(directory, name));
  return { ca: read('ca.pem'), cert: read('server.pem'), key: read('server.key'), minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' };
}

/** Name of the server to which a certificate was given: its one common name. */
export function certifiedName(certificate: Partial<PeerCertificate>): string | undefined {
  // Without a certificate Node gives an empty object; with several common names, a list.
  const name: unknown = certificate.subject?.CN;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
