import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DatagramKeys } from '../../configuration/datagram-keys.ts';
import { exactly, number, object, oneOf, optional, text } from '../../configuration/checked-value.ts';
import { serverName } from '../../configuration/field-readers.ts';

/**
 * A datagram: the code of the rest (HMAC-SHA256, 32 bytes), the length of the header (2 bytes), the header and the payload, both JSON. The
 * code is looked at before anything else is.
 */
const CODE_BYTES = 32;
const LENGTH_BYTES = 2;
const LARGEST_HEADER_BYTES = 400;
/** What the largest ring's voters need, with names of 63 characters; what is usual is a tenth. */
const LARGEST_PAYLOAD_BYTES = 12_288;
const LARGEST_DATAGRAM_BYTES = CODE_BYTES + LENGTH_BYTES + LARGEST_HEADER_BYTES + LARGEST_PAYLOAD_BYTES;

/** `message`: with a payload for the program. `challenge`: whoever you are now, send this word back. `proof`: the word back. */
const DATAGRAM_KINDS = ['message', 'challenge', 'proof'] as const;

export interface DatagramHeader {
  /** Of the format. */
  readonly version: 1;
  readonly kind: (typeof DATAGRAM_KINDS)[number];
  readonly from: string;
  /** One life of the sender's program: 128 random bits as hex. */
  readonly incarnation: string;
  /** Grows with each datagram of an incarnation. */
  readonly counter: number;
  readonly to: string;
  /** Of a challenge, 128 random bits as hex, and of its proof. */
  readonly word?: string;
}

const hex128 = text('32 hex digits', { min: 32, max: 32, pattern: /^[0-9a-f]{32}$/ });

const header = object<DatagramHeader>({
  version: exactly(1),
  kind: oneOf(DATAGRAM_KINDS),
  from: serverName,
  incarnation: hex128,
  counter: number('a counter', { min: 1, max: Number.MAX_SAFE_INTEGER, whole: true }),
  to: serverName,
  word: optional(hex128),
});

/** @throws Error when the payload is larger than a datagram may carry */
export function seal(keys: DatagramKeys, head: DatagramHeader, payload: unknown): Buffer {
  const headBytes = Buffer.from(JSON.stringify(head));
  const payloadBytes = Buffer.from(payload === undefined ? '' : JSON.stringify(payload));
  if (payloadBytes.length > LARGEST_PAYLOAD_BYTES) {
    throw new Error(`a datagram carries at most ${LARGEST_PAYLOAD_BYTES} bytes, not ${payloadBytes.length}`);
  }
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(headBytes.length);
  const rest = Buffer.concat([length, headBytes, payloadBytes]);
  return Buffer.concat([codeOf(keys.signing, rest), rest]);
}

/** What is wrong with a datagram, in one of a handful of words. */
export type DatagramFault = 'oversized' | 'truncated' | 'forged' | 'malformed';

export class FaultyDatagram extends Error {
  readonly fault: DatagramFault;

  constructor(fault: DatagramFault, detail: string) {
    super(detail);
    this.name = 'FaultyDatagram';
    this.fault = fault;
  }
}

/** A datagram of somebody who has the key; that it is not an old one is not known yet. */
export interface OpenedDatagram {
  readonly header: DatagramHeader;
  /** JSON text, not looked at yet. */
  readonly payload: string;
}

/** @throws FaultyDatagram */
export function open(keys: DatagramKeys, datagram: Buffer): OpenedDatagram {
  if (datagram.length > LARGEST_DATAGRAM_BYTES) throw new FaultyDatagram('oversized', `${datagram.length} bytes`);
  if (datagram.length < CODE_BYTES + LENGTH_BYTES) throw new FaultyDatagram('truncated', `${datagram.length} bytes`);
  const code = datagram.subarray(0, CODE_BYTES);
  const rest = datagram.subarray(CODE_BYTES);
  if (!keys.believed.some((key) => timingSafeEqual(codeOf(key, rest), code))) {
    throw new FaultyDatagram('forged', 'not by a key of this cluster, or damaged');
  }
  const end = LENGTH_BYTES + rest.readUInt16BE();
  if (end > rest.length || end > LENGTH_BYTES + LARGEST_HEADER_BYTES) throw new FaultyDatagram('malformed', 'a header of a wrong length');
  try {
    const read = header(JSON.parse(rest.subarray(LENGTH_BYTES, end).toString('utf8')), 'header');
    return { header: read, payload: rest.subarray(end).toString('utf8') };
  } catch (error) {
    throw new FaultyDatagram('malformed', error instanceof Error ? error.message : String(error));
  }
}

function codeOf(key: Buffer, data: Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
