import type { Socket } from 'node:net';
import { listening, speaking } from './fake-servers.ts';

/**
 * An FTP server for one client at a time, with extended passive mode. Anybody whose password is `secret` is let in.
 *
 * @param files it has, by name; what is uploaded is added
 * @returns its port on loopback
 */
export async function fakeFtpServer(files: Map<string, string>, options: { readonly keepsUploads?: boolean } = {}): Promise<number> {
  let data: Promise<Socket>;
  const open = async (): Promise<number> => {
    let opened: (socket: Socket) => void;
    data = new Promise<Socket>((resolve) => (opened = resolve));
    return listening((socket) => opened(socket));
  };
  return speaking('220 ready\r\n', (line, control) => {
    const [command = '', name = ''] = line.split(' ');
    switch (command) {
      case 'USER':
        return '331 password\r\n';
      case 'PASS':
        return name === 'secret' ? '230 in\r\n' : '530 no\r\n';
      case 'EPSV':
        void open().then((port) => control.write(`229 Extended (|||${String(port)}|)\r\n`));
        return undefined;
      case 'RETR': {
        const content = files.get(name);
        if (content === undefined) return '550 no such file\r\n';
        void data.then((socket) => socket.end(content, () => control.write('226 sent\r\n')));
        return '150 comes\r\n';
      }
      case 'STOR':
        void data.then((socket) => {
          let text = '';
          socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
          socket.on('end', () => {
            if (options.keepsUploads !== false) files.set(name, text);
            control.write('226 taken\r\n');
          });
        });
        return '150 send\r\n';
      case 'DELE':
        return files.delete(name) ? '250 gone\r\n' : '550 no such file\r\n';
      default:
        return '200 ok\r\n';
    }
  });
}
