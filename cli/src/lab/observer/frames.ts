/** The frames with which the observer asks and is answered. Pure: bytes in, bytes out. Addresses are dotted, MAC addresses in lower case with colons. */

const ETHERNET = 14;
const TYPE_ARP = 0x0806;
const TYPE_IPV4 = 0x0800;
const BROADCAST = Buffer.alloc(6, 0xff);
const PROTOCOL_TCP = 6;
const TCP_HEADER = 20;
const FLAG = { syn: 0x02, rst: 0x04, ack: 0x10 } as const;

/** Different MAC addresses from which is asked. Answers that are this many rounds late would be taken for another round's. */
export const ASKING_MACS = 1024;

export interface ArpAnswer {
  /** The round of the question, modulo ASKING_MACS. */
  readonly roundTag: number;
  readonly address: string;
  /** Who says that it has the address. */
  readonly mac: string;
}

export interface TcpAnswer {
  /** The round of the question, modulo 2^32. */
  readonly round: number;
  readonly address: string;
  readonly port: number;
  readonly mac: string;
}

/** One end of the observer's TCP questions. */
export interface TcpEnd {
  readonly mac: string;
  readonly address: string;
  readonly port: number;
}

/**
 * An ARP probe (RFC 5227): who has the address? It has no sender address, so nobody's table of neighbours changes; and its round is in the
 * MAC address that asks, to which an answer goes, so that a late answer is known for what it is.
 */
export function arpProbe(address: string, round: number): Buffer {
  const asking = askingMac(round);
  return Buffer.concat([
    ethernet(BROADCAST, asking, TYPE_ARP),
    // Ethernet, IPv4, lengths 6 and 4, a request.
    Buffer.from([0, 1, 8, 0, 6, 4, 0, 1]),
    asking,
    Buffer.alloc(4),
    Buffer.alloc(6),
    ipv4(address),
  ]);
}

/** The answer to one of these probes; `undefined` for every other ARP frame. */
export function parseArpAnswer(frame: Buffer): ArpAnswer | undefined {
  if (frame.length < ETHERNET + 28 || frame.readUInt16BE(12) !== TYPE_ARP || frame.readUInt16BE(ETHERNET + 6) !== 2) return undefined;
  const roundTag = tagOf(frame.subarray(ETHERNET + 18, ETHERNET + 24));
  if (roundTag === undefined) return undefined;
  return { roundTag, address: dotted(frame, ETHERNET + 14), mac: macAt(frame, ETHERNET + 8) };
}

/** A question for a connection, to one MAC address. Its round is its sequence number, which the answer acknowledges. */
export function tcpQuestion(from: TcpEnd, to: TcpEnd, round: number): Buffer {
  return tcp(from, to, round >>> 0, FLAG.syn);
}

/** Takes the question back once it was answered, so that nothing is left half open. */
export function tcpEnd(from: TcpEnd, to: TcpEnd, round: number): Buffer {
  return tcp(from, to, (round + 1) >>> 0, FLAG.rst);
}

/** Who accepted a connection that was asked for from this address; `undefined` for every other frame. */
export function parseTcpAnswer(frame: Buffer, asked: string): TcpAnswer | undefined {
  if (frame.length < ETHERNET + 40 || frame.readUInt16BE(12) !== TYPE_IPV4 || frame[ETHERNET + 9] !== PROTOCOL_TCP) return undefined;
  const start = ETHERNET + (frame.readUInt8(ETHERNET) & 0x0f) * 4;
  if (frame.length < start + TCP_HEADER || dotted(frame, ETHERNET + 16) !== asked) return undefined;
  if (frame.readUInt8(start + 13) !== (FLAG.syn | FLAG.ack) || frame.readUInt16BE(start + 2) < ASKING_PORTS.first) return undefined;
  if (frame.readUInt16BE(start + 2) >= ASKING_PORTS.first + ASKING_PORTS.count) return undefined;
  const round = (frame.readUInt32BE(start + 8) - 1) >>> 0;
  return { round, address: dotted(frame, ETHERNET + 12), port: frame.readUInt16BE(start), mac: macAt(frame, 6) };
}

/** Ports from which is asked: below those that Linux gives to connections of its own. */
const ASKING_PORTS = { first: 10_000, count: 20_000 } as const;

export function askingPort(round: number): number {
  return ASKING_PORTS.first + (round % ASKING_PORTS.count);
}

function askingMac(round: number): Buffer {
  const tag = round % ASKING_MACS;
  return Buffer.from([0x02, 0xdb, 0x57, 0x0b, tag >> 8, tag & 0xff]);
}

function tagOf(mac: Buffer): number | undefined {
  return mac.readUInt32BE(0) === 0x02db570b ? mac.readUInt16BE(4) : undefined;
}

function tcp(from: TcpEnd, to: TcpEnd, sequence: number, flags: number): Buffer {
  const segment = Buffer.alloc(TCP_HEADER);
  segment.writeUInt16BE(from.port, 0);
  segment.writeUInt16BE(to.port, 2);
  segment.writeUInt32BE(sequence, 4);
  segment.writeUInt8((TCP_HEADER / 4) << 4, 12);
  segment.writeUInt8(flags, 13);
  segment.writeUInt16BE(flags === FLAG.syn ? 1024 : 0, 14);
  const pseudo = Buffer.concat([ipv4(from.address), ipv4(to.address), Buffer.from([0, PROTOCOL_TCP, 0, TCP_HEADER])]);
  segment.writeUInt16BE(checksum(Buffer.concat([pseudo, segment])), 16);

  const header = Buffer.alloc(20);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(20 + TCP_HEADER, 2);
  // Do not fragment.
  header.writeUInt16BE(0x4000, 6);
  header.writeUInt8(64, 8);
  header.writeUInt8(PROTOCOL_TCP, 9);
  ipv4(from.address).copy(header, 12);
  ipv4(to.address).copy(header, 16);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([ethernet(macBytes(to.mac), macBytes(from.mac), TYPE_IPV4), header, segment]);
}

function ethernet(to: Buffer, from: Buffer, type: number): Buffer {
  return Buffer.concat([to, from, Buffer.from([type >> 8, type & 0xff])]);
}

/** The Internet checksum (RFC 1071) of a text of even length. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function ipv4(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function dotted(frame: Buffer, at: number): string {
  return frame.subarray(at, at + 4).join('.');
}

function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

function macAt(frame: Buffer, at: number): string {
  return [...frame.subarray(at, at + 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
