import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const servers: Server[] = [];
const accepted = new Set<Socket>();

/** A daemon on loopback; what it does with a connection is the caller's. */
export async function listening(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    accepted.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => accepted.delete(socket));
    onConnection(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The same for a daemon that is talked to in lines. `text` is what it says to a line; nothing for silence. */
export async function speaking(greeting: string, answer: (line: string, socket: Socket) => string | undefined): Promise<number> {
  return listening((socket) => {
    socket.write(greeting);
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      for (let end = received.indexOf('\r\n'); end >= 0; end = received.indexOf('\r\n')) {
        const line = received.slice(0, end);
        received = received.slice(end + 2);
        const said = answer(line, socket);
        if (said !== undefined) socket.write(said);
      }
    });
  });
}

/** Connections that are open at this moment. */
export function openConnections(): number {
  return accepted.size;
}

export function closeAll(): void {
  for (const server of servers.splice(0)) server.close();
  for (const socket of accepted) socket.destroy();
  accepted.clear();
}
