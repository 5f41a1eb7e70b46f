import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerCertificate, SecureContextOptions } from 'node:tls';

/** What this server proves itself with and what it believes others by. While keys are changed `ca` holds two authorities. */
export type SemIdentity = Required<Pick<SecureContextOptions, 'minVersion' | 'maxVersion'>> & {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
};

const ONE_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The cluster's CA and this server's certificate and key.
 *
 * @param directory with ca.pem, server.pem and server.key
 * @throws Error when one of them cannot be read, or they do not belong together
 */
export function readSemIdentity(directory: string): SemIdentity {
  const read = (name: string): Buffer => readFileSync(join(directory, name));
  const identity: SemIdentity = {
    ca: read('ca.pem'),
    cert: read('server.pem'),
    key: read('server.key'),
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
  };
  const certificate = new X509Certificate(identity.cert);
  if (!certificate.checkPrivateKey(createPrivateKey(identity.key))) {
    throw new Error(`${join(directory, 'server.key')} is not the key of server.pem`);
  }
  if (!isVouchedFor(certificate, authoritiesOf(identity))) {
    throw new Error(`${join(directory, 'server.pem')} is of no authority in ca.pem`);
  }
  return identity;
}

/** The authorities that are believed, in the order of ca.pem. */
export function authoritiesOf({ ca }: Pick<SemIdentity, 'ca'>): readonly X509Certificate[] {
  return (ca.toString('latin1').match(ONE_CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem));
}

/** Whether one of these authorities has signed the certificate. */
export function isVouchedFor(certificate: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  return authorities.some((authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey));
}

/** Name of the server to which a certificate was given: its one common name. */
export function certifiedName(certificate: Partial<PeerCertificate>): string | undefined {
  // Without a certificate Node gives an empty object; with several common names, a list.
  const name: unknown = certificate.subject?.CN;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
