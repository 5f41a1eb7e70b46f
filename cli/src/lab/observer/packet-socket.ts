import koffi from 'koffi';
import { networkInterfaces } from 'node:os';
import { BrokenError } from '../../errors.ts';

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SO_TIMESTAMPNS = 35;
const SOL_PACKET = 263;
const PACKET_STATISTICS = 6;
const MSG_DONTWAIT = 0x40;
const EAGAIN = 11;
const ENETDOWN = 100;

const FRAME_BYTES = 2048;
const PART_BYTES = 64;
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;
/** Offsets in Linux's struct msghdr on 64 bits, and in a struct cmsghdr with a time in it. */
const MESSAGE = { vector: 16, vectorLength: 24, control: 32, controlLength: 40 } as const;
const CONTROL = { type: 12, seconds: 16, nanoseconds: 24 } as const;

export interface ReceivedFrame {
  /** Valid until the next frame is received. */
  readonly bytes: Buffer;
  /** Unix time in milliseconds, with fractions, at which the kernel got it. */
  readonly received_ms: number;
}

/** A raw socket (packet(7)) on one interface for one protocol: what it sends goes out as it is, and it gets all that come in, whomever they are for. */
export interface PacketSocket {
  /** MAC address of the interface. */
  readonly mac: string;
  /** False when the kernel took it not: the interface is down, or its queue is full. */
  readonly send: (frame: Buffer) => boolean;
  /** Give each frame that has come in to `take`; never waits. */
  readonly receive: (take: (frame: ReceivedFrame) => void) => void;
  /** Frames that came in and did not fit into the socket's buffer, since the last call. */
  readonly dropped: () => number;
  readonly close: () => void;
}

/**
 * Open a raw socket in this process's network namespace. Node has none; libc's calls are called through koffi.
 *
 * @param protocol Ethernet type, e.g. 0x0806
 * @throws BrokenError when there is no such interface or the kernel refuses
 */
export function openPacketSocket(interfaceName: string, protocol: number): PacketSocket {
  const libc = declareCalls();
  const index = libc.if_nametoindex(interfaceName);
  const mac = networkInterfaces()[interfaceName]?.[0]?.mac;
  if (index === 0 || mac === undefined) throw new BrokenError(`observer: there is no interface ${interfaceName} that is up`);
  const descriptor = libc.socket(AF_PACKET, SOCK_RAW, ((protocol & 0xff) << 8) | (protocol >> 8));
  const must = (call: string, result: number): void => {
    if (result < 0) throw new BrokenError(`observer: ${call} on ${interfaceName} failed with error ${koffi.errno()}`);
  };
  must('socket', descriptor);
  const place = Buffer.alloc(20);
  place.writeUInt16LE(AF_PACKET, 0);
  place.writeUInt16BE(protocol, 2);
  place.writeUInt32LE(index, 4);
  must('bind', libc.bind(descriptor, place, place.length));
  must('a receive buffer', libc.setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, integer(RECEIVE_BUFFER_BYTES), 4));
  must('times of receipt', libc.setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, integer(1), 4));

  // In one allocation, and a large one: small ones may be moved by the garbage collector, and these point at each other.
  const memory = Buffer.from(new ArrayBuffer(FRAME_BYTES + 3 * PART_BYTES));
  const bytes = memory.subarray(0, FRAME_BYTES);
  const [control, vector, message] = [0, 1, 2].map((part) => memory.subarray(FRAME_BYTES + part * PART_BYTES).subarray(0, PART_BYTES)) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  vector.writeBigUInt64LE(koffi.address(bytes), 0);
  vector.writeBigUInt64LE(BigInt(bytes.length), 8);
  message.writeBigUInt64LE(koffi.address(vector), MESSAGE.vector);
  message.writeBigUInt64LE(1n, MESSAGE.vectorLength);
  message.writeBigUInt64LE(koffi.address(control), MESSAGE.control);

  return {
    mac,
    send: (frame) => libc.send(descriptor, frame, frame.length, 0) === frame.length,
    receive: (take) => {
      for (;;) {
        // The kernel writes how much of it was used.
        message.writeBigUInt64LE(BigInt(control.length), MESSAGE.controlLength);
        const length = libc.recvmsg(descriptor, message, MSG_DONTWAIT);
        if (length < 0) {
          if (koffi.errno() === EAGAIN) return;
          // A pulled cable is reported once, and the socket goes on.
          if (koffi.errno() === ENETDOWN) continue;
          must('receiving', length);
        }
        if (control.readInt32LE(CONTROL.type) !== SO_TIMESTAMPNS) throw new BrokenError('observer: the kernel tells no time of receipt');
        const received_ms =
          Number(control.readBigInt64LE(CONTROL.seconds)) * 1000 + Number(control.readBigInt64LE(CONTROL.nanoseconds)) / 1e6;
        take({ bytes: bytes.subarray(0, Math.min(length, bytes.length)), received_ms });
      }
    },
    dropped: () => {
      const statistics = Buffer.alloc(8);
      must('its statistics', libc.getsockopt(descriptor, SOL_PACKET, PACKET_STATISTICS, statistics, integer(statistics.length)));
      return statistics.readUInt32LE(4);
    },
    close: () => void libc.close(descriptor),
  };
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function declareCalls() {
  const libc = koffi.load('libc.so.6');
  return {
    if_nametoindex: libc.func('unsigned int if_nametoindex(const char *)') as (name: string) => number,
    socket: libc.func('int socket(int, int, int)') as (domain: number, type: number, protocol: number) => number,
    bind: libc.func('int bind(int, void *, unsigned int)') as (descriptor: number, address: Buffer, length: number) => number,
    setsockopt: libc.func('int setsockopt(int, int, int, void *, unsigned int)') as SocketOption<number>,
    getsockopt: libc.func('int getsockopt(int, int, int, void *, void *)') as SocketOption<Buffer>,
    send: libc.func('long send(int, void *, size_t, int)') as (descriptor: number, frame: Buffer, length: number, flags: number) => number,
    recvmsg: libc.func('long recvmsg(int, void *, int)') as (descriptor: number, message: Buffer, flags: number) => number,
    close: libc.func('int close(int)') as (descriptor: number) => number,
  };
}

type SocketOption<Length> = (descriptor: number, level: number, name: number, value: Buffer, length: Length) => number;
