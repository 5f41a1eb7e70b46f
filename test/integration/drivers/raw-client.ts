/** A client that keeps to no rules. Argument: directory of its keys. */
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { readSemIdentity } from '../../../agent/src/effects/transport/sem-identity.ts';
import { serveCommands } from './serve-commands.ts';

const identity = readSemIdentity(process.argv[2] ?? '');

/** How the other side ended the connection, or that it did not within a second. */
function ended(socket: ReturnType<typeof connectTcp>): Promise<string> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => resolve('open'), 1_000);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(limit);
      resolve('closed');
    });
  });
}

serveCommands({
  plain: (address: string, base64: string) => {
    const socket = connectTcp(7410, address, () => socket.write(Buffer.from(base64, 'base64')));
    return ended(socket);
  },
  tls: (address: string, base64: string) => {
    const socket = connectTls({ ...identity, host: address, port: 7410, rejectUnauthorized: false }, () =>
      socket.write(Buffer.from(base64, 'base64')),
    );
    return ended(socket);
  },
  flood: (address: string, connections: number) => {
    for (let i = 0; i < connections; i += 1) connectTcp(7410, address).on('error', () => undefined);
  },
});
