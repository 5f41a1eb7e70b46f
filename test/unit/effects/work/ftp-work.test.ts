import type { Socket } from 'node:net';
import { within } from '../../../../agent/src/effects/service-check/time-limit.ts';
import { doClientWork } from '../../../../agent/src/effects/service-check/work/do-client-work.ts';
import { takeFile, uploadFile } from '../../../../agent/src/effects/service-check/work/ftp-work.ts';
import { closeAll, listening, speaking } from './fake-servers.ts';

const FILE = { name: 'known.txt', content: 'what is known\n' };
afterEach(closeAll);

/** An FTP server for one client at a time, with extended passive mode. */
async function ftpServer(files: Map<string, string>, options: { readonly keepsUploads?: boolean } = {}): Promise<number> {
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

const login = (port: number, password = 'secret') => ({ place: { address: '127.0.0.1', port }, account: { user: 'alice', password } });

test('a login and a file with its known content pass', async () => {
  const port = await ftpServer(new Map([[FILE.name, FILE.content]]));
  await expect(doClientWork({ kind: 'ftp', login: login(port), file: FILE }, { whole_ms: 2_000 })).resolves.toBeUndefined();
});

test('an upload is read back', async () => {
  const upload = { name: 'upload.txt', content: 'just written\n' };
  const port = await ftpServer(new Map([[FILE.name, FILE.content]]));
  await expect(doClientWork({ kind: 'ftp', login: login(port), file: FILE, upload }, { whole_ms: 2_000 })).resolves.toBeUndefined();
  const stale = await ftpServer(
    new Map([
      [FILE.name, FILE.content],
      [upload.name, 'of yesterday\n'],
    ]),
    { keepsUploads: false },
  );
  await expect(doClientWork({ kind: 'ftp', login: login(stale), file: FILE, upload }, { whole_ms: 2_000 })).rejects.toThrow(
    'upload.txt does not hold what is known of it',
  );
});

test.each([
  ['a file with something else in it', new Map([[FILE.name, 'nothing\n']]), 'secret', 'known.txt does not hold what is known of it'],
  ['a file that is too large', new Map([[FILE.name, 'x'.repeat(100_000)]]), 'secret', 'the file is larger than 65536 bytes'],
  ['a file that is not there', new Map<string, string>(), 'secret', 'no such file'],
  ['a login that is refused', new Map<string, string>(), 'wrong', '530 no'],
])('%s fails', async (_what, files, password, reason) => {
  const port = await ftpServer(files);
  await expect(doClientWork({ kind: 'ftp', login: login(port, password), file: FILE }, { whole_ms: 2_000 })).rejects.toThrow(reason);
});

test('a server that accepts and never answers fails at the deadline', async () => {
  const port = await listening(() => undefined);
  await expect(doClientWork({ kind: 'ftp', login: login(port), file: FILE }, { whole_ms: 200 })).rejects.toThrow(/within 0\.20 s|Timeout/);
});

test('a file that was uploaded is taken away again', async () => {
  const files = new Map<string, string>();
  const port = await ftpServer(files);
  await within({ whole_ms: 2_000 }, (limit) => uploadFile(login(port), FILE, limit));
  expect(files.get(FILE.name)).toBe(FILE.content);
  await within({ whole_ms: 2_000 }, (limit) => takeFile(login(port), FILE, limit));
  expect(files.size).toBe(0);
});
