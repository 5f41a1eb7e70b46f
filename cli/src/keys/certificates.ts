import { createPrivateKey, KeyObject, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509';
import { BrokenError } from '../errors.ts';
import type { StatePaths } from '../inventory/state-paths.ts';
import { writeAtomically } from '../inventory/write-atomically.ts';

cryptoProvider.set(webcrypto);

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' };
const DAY_MS = 24 * 3600 * 1000;
/**
 * A ring must not stop because nobody thought of a certificate: they are long-lived. Within the last half year a server's is made anew by any later
 * run, and the administrator is told that the CA's time is nearly over: changing that takes the steps of a rotation.
 */
const VALID_DAYS = 3650;
const RENEW_BEFORE_DAYS = 180;

/** The cluster's certificate authority, ready to sign. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
  readonly made: boolean;
}

/** A certificate and its private key in PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/**
 * The cluster CA: the one that is there, a new one where there never was one or it has ended. While keys are changed `ca.pem` holds two; the first one signs. Its
 * key is written first, so that a certificate never lacks its key.
 *
 * @throws BrokenError when a part of it is missing, damaged or of another CA: servers that run believe the old one, and a new one would divide them
 */
export async function ensureAuthority(cluster: string, paths: StatePaths, now: Date): Promise<Authority> {
  const present = await presentAuthority(paths, now);
  if (present !== undefined) return { ...(await readAuthority(present)), made: false };
  const pair = await createAuthority(cluster, now);
  await writeAtomically(paths.caKey, pair.key, 0o600);
  await writeAtomically(paths.caCertificate, pair.certificate, 0o644);
  return { ...(await readAuthority(pair)), made: true };
}

/** The CA that lies there; undefined where a new one may be made. */
async function presentAuthority({ caCertificate, caKey, serverCertificates }: StatePaths, now: Date): Promise<KeyPair | undefined> {
  if (!existsSync(caCertificate)) {
    // A key alone is what an interrupted first run leaves.
    const signed = existsSync(serverCertificates) ? (await readdir(serverCertificates)).filter((name) => name.endsWith('.pem')) : [];
    if (signed.length > 0) throw authorityLost(`${caCertificate}: is missing, and there are certificates of servers`);
    return undefined;
  }
  const certificate = await readFile(caCertificate, 'utf8');
  if (Date.parse(parsed(certificate, caCertificate).validTo) <= now.getTime()) return undefined;
  if (!existsSync(caKey)) throw authorityLost(`${caKey}: is missing`);
  const key = await readFile(caKey, 'utf8');
  if (!isUsable(certificate, key, now, caCertificate)) throw authorityLost(`${caKey}: is not the key of ${caCertificate}`);
  return { certificate, key };
}

function authorityLost(message: string, cause?: unknown): BrokenError {
  return new BrokenError(message, {
    cause,
    hint: "restore the directory from a copy: a ring that runs believes this CA alone. Only if it was never deployed, remove ca.pem, ca.key and the servers' certificates",
  });
}

function parsed(pem: string, file: string): NodeCertificate {
  try {
    return new NodeCertificate(pem);
  } catch (cause) {
    throw authorityLost(`${file}: the certificate is damaged`, cause);
  }
}

/** What an administrator should do about the CA's end; nothing while that is far. */
export function authorityAdvice(caCertificate: string, now: Date): readonly string[] {
  const end = new Date(new NodeCertificate(caCertificate).validTo);
  if (end.getTime() - now.getTime() >= RENEW_BEFORE_DAYS * DAY_MS) return [];
  return [`the cluster's CA ends on ${end.toISOString().slice(0, 10)}: run \`dbssctl keys rotate\` before`];
}

/**
 * A new CA. Its name is no other CA's of the cluster: while keys are changed servers believe two, and find the one that signed a certificate by
 * its name.
 */
export async function createAuthority(cluster: string, now: Date): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const serial = serialNumber();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    name: `CN=${cluster} DBSS CA ${serial.slice(0, 8)}`,
    ...validity(now),
    signingAlgorithm: SIGNING_ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate: pemOf(certificate), key: exportPrivateKey(keys.privateKey) };
}

/** @param pair of a CA; of several certificates the first */
export async function readAuthority({ certificate, key }: KeyPair): Promise<Pick<Authority, 'certificate' | 'key'>> {
  return { certificate: new X509Certificate(new NodeCertificate(certificate).raw), key: await importPrivateKey(key) };
}

/**
 * A server's certificate for SEM: both client and server of mutual TLS, its name in CN and SAN. The one that is there stays while the CA
 * vouches for it and it is good for another half year.
 * @returns whether a new one was made
 */
export async function ensureServerCertificate(server: string, authority: Authority, paths: StatePaths, now: Date): Promise<boolean> {
  const certificateFile = paths.serverCertificate(server);
  const keyFile = paths.serverKey(server);
  if (existsSync(certificateFile) && existsSync(keyFile)) {
    const pem = await readFile(certificateFile, 'utf8');
    if (isUsable(pem, await readFile(keyFile, 'utf8'), now, certificateFile, { authority, server })) return false;
  }
  const { certificate, key } = await createServerCertificate(server, authority, now);
  await writeAtomically(keyFile, key, 0o600);
  await writeAtomically(certificateFile, certificate, 0o644);
  return true;
}

/** A new certificate for a server, or for the witness. */
export async function createServerCertificate(
  server: string,
  authority: Pick<Authority, 'certificate' | 'key'>,
  now: Date,
): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${server}`,
    issuer: authority.certificate.subject,
    ...validity(now),
    signingAlgorithm: SIGNING_ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([{ type: 'dns', value: server }]),
    ],
  });
  return { certificate: pemOf(certificate), key: exportPrivateKey(keys.privateKey) };
}

function isUsable(pem: string, keyPem: string, now: Date, file: string, of?: { authority: Authority; server: string }): boolean {
  try {
    const certificate = new NodeCertificate(pem);
    if (!certificate.checkPrivateKey(createPrivateKey(keyPem))) return false;
    const left_days = (Date.parse(certificate.validTo) - now.getTime()) / DAY_MS;
    // A CA that is made anew makes strangers of servers that have not got it yet: only one that has ended is.
    if (of === undefined) return left_days > 0 && certificate.ca;
    if (left_days < RENEW_BEFORE_DAYS) return false;
    const authority = new NodeCertificate(pemOf(of.authority.certificate));
    return certificate.verify(authority.publicKey) && certificate.checkHost(of.server) === of.server;
  } catch (cause) {
    const damaged = `${file}: the certificate or its key is damaged`;
    if (of === undefined) throw authorityLost(damaged, cause);
    throw new BrokenError(damaged, { cause, hint: 'remove both files; new ones are made' });
  }
}

function validity(now: Date): { readonly notBefore: Date; readonly notAfter: Date } {
  // A day back: a server whose clock is behind must not refuse its peers.
  return { notBefore: new Date(now.getTime() - DAY_MS), notAfter: new Date(now.getTime() + VALID_DAYS * DAY_MS) };
}

/** Random and positive, of at most 16 bytes. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}

function exportPrivateKey(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function importPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, KEY_ALGORITHM, false, ['sign']);
}
