/** Sends datagrams that were made or captured by somebody else, and garbage. */
import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { parseDatagramKeys } from '../../../agent/src/configuration/datagram-keys.ts';
import { seal, type DatagramHeader } from '../../../agent/src/effects/datagrams/sealed-datagram.ts';
import { serveCommands } from './serve-commands.ts';

const socket = createSocket('udp4');

function send(datagram: Buffer, port: number, address: string): Promise<void> {
  return new Promise((sent) => socket.send(datagram, port, address, () => sent()));
}

socket.bind(0, () => {
  serveCommands({
    raw: (address: string, port: number, hex: string) => send(Buffer.from(hex, 'hex'), port, address),
    /** As it was captured: authentic, but its time is over. `bytes`: only the first of them. */
    authentic: (address: string, port: number, keys: string, header: DatagramHeader, payload: unknown, bytes?: number) =>
      send(seal(parseDatagramKeys(keys), header, payload).subarray(0, bytes), port, address),
    garbage: async (address: string, port: number, total_bytes: number, size: number) => {
      const data = randomBytes(size);
      for (let sent = 0; sent < total_bytes; sent += size) await send(data, port, address);
    },
  });
});
