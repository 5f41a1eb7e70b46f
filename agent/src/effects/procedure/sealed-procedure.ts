import { createCipheriv, createDecipheriv, createHash, randomBytes, sign, verify, X509Certificate } from 'node:crypto';
import { exactly, number, object, text } from '../../configuration/checked-value.ts';
import type { DatagramKeys } from '../../configuration/datagram-keys.ts';
import { clusterName, serverName } from '../../configuration/field-readers.ts';
import { LARGEST_PROCEDURE_BYTES, type ProcedureStamp } from '../../protocol/procedure/procedure-stamp.ts';
import { authoritiesOf, certifiedName, isVouchedFor, type SemIdentity } from '../transport/sem-identity.ts';

/**
 * A sealed installation procedure file: a line that names the format, a line of JSON that says what it is (and brings the signer's certificate), a line
 * with the signature of its server over everything else, then the archive, encrypted with the cluster's key of procedures.
 */
const FORMAT = 'dbss-procedure 1';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LONGEST_HEADER_BYTES = 6_000;

/** The keys of a machine that seals are made and judged by. */
export interface SealKeys {
  readonly identity: Pick<SemIdentity, 'ca' | 'cert' | 'key'>;
  /** The first one encrypts, each of them decrypts; see `procedure.key`. */
  readonly secrets: DatagramKeys;
}

interface Header extends Omit<ProcedureStamp, 'bytes'> {
  readonly format: 1;
  readonly cluster: string;
  readonly nonce: string;
  /** In PEM. */
  readonly certificate: string;
}

const whole = number('a whole number', { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true });
const readHeader = object<Header>({
  format: exactly(1),
  cluster: clusterName,
  server: serverName,
  epoch: whole,
  digest: text('a SHA-256', { min: 64, max: 64, pattern: /^[0-9a-f]{64}$/ }),
  seal: text('the name of a seal', { max: 32, pattern: /^[0-9a-f]{16,32}$/ }),
  captured_unix_s: whole,
  nonce: text('a nonce', { min: 2 * NONCE_BYTES, max: 2 * NONCE_BYTES, pattern: /^[0-9a-f]+$/ }),
  certificate: text('a certificate', { max: LONGEST_HEADER_BYTES }),
});

/** Names the keys that this machine seals with now; tells nothing about them. */
export function sealName({ identity, secrets }: SealKeys): string {
  const hash = createHash('sha256').update(createHash('sha256').update(secrets.signing).digest());
  return hash.update(new X509Certificate(identity.cert).raw).digest('hex').slice(0, 16);
}

/** Seal an archive as this server's. */
export function sealProcedure(
  archive: Buffer,
  about: Omit<ProcedureStamp, 'bytes' | 'seal'> & { readonly cluster: string },
  keys: SealKeys,
): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const header: Header = {
    format: 1,
    ...about,
    seal: sealName(keys),
    nonce: nonce.toString('hex'),
    certificate: keys.identity.cert.toString('utf8'),
  };
  const said = Buffer.from(JSON.stringify(header), 'utf8');
  const cipher = createCipheriv(CIPHER, keys.secrets.signing, nonce);
  cipher.setAAD(said);
  const encrypted = Buffer.concat([cipher.update(archive), cipher.final(), cipher.getAuthTag()]);
  const signature = sign('sha256', signedBytes(said, encrypted), keys.identity.key).toString('base64');
  return Buffer.concat([Buffer.from(`${FORMAT}\n`), said, Buffer.from(`\n${signature}\n`), encrypted]);
}

/** A sealed file whose signature is its server's own. Its archive is not decrypted yet. */
export interface VerifiedProcedure {
  readonly stamp: ProcedureStamp;
  /** @throws Error when it is encrypted with none of the keys here */
  readonly open: () => Buffer;
}

/**
 * Whether a sealed file is what the ring's server `server` captured.
 *
 * @throws Error in words: it is damaged, of another cluster or server, or its signer has no certificate that is believed here
 */
export function verifyProcedure(
  sealed: Buffer,
  expected: { readonly cluster: string; readonly server: string },
  keys: SealKeys,
): VerifiedProcedure {
  if (sealed.length > LARGEST_PROCEDURE_BYTES) throw new Error(`${String(sealed.length)} bytes are more than a procedure may have`);
  const [format, afterFormat] = lineAt(sealed, 0);
  if (format.toString('latin1') !== FORMAT) throw new Error('it is no sealed installation procedure file');
  const [said, afterSaid] = lineAt(sealed, afterFormat);
  const [signature, afterSignature] = lineAt(sealed, afterSaid);
  const encrypted = sealed.subarray(afterSignature);
  const { cluster, server, epoch, digest, seal, captured_unix_s, nonce, certificate: pem } = headerOf(said);
  if (cluster !== expected.cluster || server !== expected.server) {
    throw new Error(`it is of ${server} in ${cluster}, not of ${expected.server} in ${expected.cluster}`);
  }
  const certificate = new X509Certificate(pem);
  const signer = certifiedName(certificate.toLegacyObject());
  if (signer !== expected.server) throw new Error(`${String(signer)} has signed it, not ${expected.server}`);
  if (!isVouchedFor(certificate, authoritiesOf(keys.identity)))
    throw new Error('its signer’s certificate is of no authority that is believed here');
  if (!verify('sha256', signedBytes(said, encrypted), certificate.publicKey, Buffer.from(signature.toString('latin1'), 'base64'))) {
    throw new Error('its signature is not good');
  }
  return {
    stamp: { server, epoch, digest, seal, bytes: sealed.length, captured_unix_s },
    open: () => decrypted(encrypted, said, Buffer.from(nonce, 'hex'), keys.secrets.believed),
  };
}

function headerOf(said: Buffer): Header {
  try {
    return readHeader(JSON.parse(said.toString('utf8')), '');
  } catch (cause) {
    throw new Error('its header is damaged', { cause });
  }
}

function decrypted(encrypted: Buffer, said: Buffer, nonce: Buffer, secrets: readonly Buffer[]): Buffer {
  for (const secret of secrets) {
    const decipher = createDecipheriv(CIPHER, secret, nonce);
    decipher.setAAD(said);
    decipher.setAuthTag(encrypted.subarray(-TAG_BYTES));
    const archive = decipher.update(encrypted.subarray(0, -TAG_BYTES));
    try {
      return Buffer.concat([archive, decipher.final()]);
    } catch {
      // Encrypted with another key: while keys are changed there are two.
    }
  }
  throw new Error('it is encrypted with none of the keys in procedure.key');
}

function signedBytes(said: Buffer, encrypted: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${FORMAT}\n`), said, Buffer.from('\n'), encrypted]);
}

function lineAt(sealed: Buffer, from: number): readonly [line: Buffer, next: number] {
  const end = sealed.indexOf(0x0a, from);
  if (end < 0 || end - from > LONGEST_HEADER_BYTES) throw new Error('it is no sealed installation procedure file');
  return [sealed.subarray(from, end), end + 1];
}
