/** Sends back whatever comes by UDP or TCP to port 7 of the addresses in the arguments. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { serveCommands } from './serve-commands.ts';

const PORT = 7;

async function listen(address: string): Promise<void> {
  const udp = createSocket('udp4');
  udp.on('message', (data, { port, address: from }) => udp.send(data, port, from, () => undefined));
  await new Promise<void>((bound) => udp.bind(PORT, address, bound));
  const tcp = createServer((connection) => connection.on('error', () => undefined).pipe(connection));
  await new Promise<void>((listening) => tcp.listen(PORT, address, listening));
}

await Promise.all(process.argv.slice(2).map(listen));
serveCommands({});
