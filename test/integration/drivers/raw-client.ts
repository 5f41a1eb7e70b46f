/** A client that keeps to no rules. Argument: directory of its keys. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSemIdentity } from '../../../agent/src/effects/transport/sem-identity.ts';
import { serveCommands } from './serve-commands.ts';

type Way = 'plain' | 'tls';

const identity = readSemIdentity(process.argv[2] ?? '');

/** How the other side ended the connection, or that it did not in time. */
function ended(socket: Socket, limit_ms = 1_000): Promise<string> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => resolve('open'), limit_ms);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(limit);
      resolve('closed');
    });
  });
}

function open(way: Way, address: string, whenOpen: (socket: Socket) => void): Socket {
  const socket =
    way === 'plain'
      ? connectTcp(7410, address, () => whenOpen(socket))
      : connectTls({ ...identity, host: address, port: 7410, rejectUnauthorized: false }, () => whenOpen(socket));
  return socket;
}

/** Write until nothing is left of `left_bytes` or the other side hangs up; how many bytes are left then. */
async function write(way: Way, address: string, piece: Buffer, left_bytes: number): Promise<number> {
  let left = left_bytes;
  await new Promise<void>((done) => {
    const more = (socket: Socket): void => {
      while (left > 0 && !socket.destroyed) {
        left -= piece.length;
        if (!socket.write(piece)) {
          socket.once('drain', () => more(socket));
          return;
        }
      }
      socket.end();
    };
    open(way, address, more)
      .on('error', () => undefined)
      .on('close', () => done());
  });
  return left;
}

serveCommands({
  plain: (address: string, base64: string) => ended(open('plain', address, (socket) => socket.write(Buffer.from(base64, 'base64')))),
  tls: (address: string, base64: string) => ended(open('tls', address, (socket) => socket.write(Buffer.from(base64, 'base64')))),
  flood: (address: string, connections: number) => {
    for (let i = 0; i < connections; i += 1) connectTcp(7410, address).on('error', () => undefined);
  },
  /** Pour so many bytes into the port, connecting again whenever that is ended. Gives the number of connections. */
  pour: async (way: Way, address: string, base64: string, bytes: number) => {
    let connections = 0;
    for (let left = bytes; left > 0; connections += 1) {
      const before = left;
      left = await write(way, address, Buffer.from(base64, 'base64'), left);
      // A connection that was refused before a byte was written does not count, and must not spin.
      if (left === before) await sleep(20);
    }
    return connections;
  },
  /** Say nothing, or only the first piece, on so many connections. How they ended within the limit. */
  silent: async (way: Way, address: string, connections: number, base64: string, limit_ms: number) => {
    const endings = Array.from({ length: connections }, () =>
      ended(
        open(way, address, (socket) => {
          if (base64 !== '') socket.write(Buffer.from(base64, 'base64'));
        }),
        limit_ms,
      ),
    );
    return (await Promise.all(endings)).filter((ending) => ending === 'closed').length;
  },
  /** One byte now and then, for ever. How it ended within the limit. */
  dribble: async (way: Way, address: string, base64: string, limit_ms: number) => {
    const bytes = Buffer.from(base64, 'base64');
    let at = 0;
    const socket = open(way, address, () => {
      const timer = setInterval(() => {
        if (at < bytes.length) socket.write(bytes.subarray(at, (at += 1)));
      }, 100);
      socket.on('close', () => clearInterval(timer));
    });
    return ended(socket, limit_ms);
  },
  /** Send it and read no answer. */
  deaf: (address: string, base64: string) => {
    const socket = open('tls', address, () => {
      socket.pause();
      socket.write(Buffer.from(base64, 'base64'));
    });
    socket.on('error', () => undefined);
  },
});
