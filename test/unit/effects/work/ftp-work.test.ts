import { within } from '../../../../agent/src/effects/service-check/time-limit.ts';
import { doClientWork } from '../../../../agent/src/effects/service-check/work/do-client-work.ts';
import { takeFile, uploadFile } from '../../../../agent/src/effects/service-check/work/ftp-work.ts';
import { fakeFtpServer } from './fake-ftp-server.ts';
import { closeAll, listening } from './fake-servers.ts';

const FILE = { name: 'known.txt', content: 'what is known\n' };
afterEach(closeAll);

const login = (port: number, password = 'secret') => ({ place: { address: '127.0.0.1', port }, account: { user: 'alice', password } });

test('a login and a file with its known content pass', async () => {
  const port = await fakeFtpServer(new Map([[FILE.name, FILE.content]]));
  await expect(doClientWork({ kind: 'ftp', login: login(port), file: FILE }, { whole_ms: 2_000 })).resolves.toBeUndefined();
});

test('an upload is read back', async () => {
  const upload = { name: 'upload.txt', content: 'just written\n' };
  const port = await fakeFtpServer(new Map([[FILE.name, FILE.content]]));
  await expect(doClientWork({ kind: 'ftp', login: login(port), file: FILE, upload }, { whole_ms: 2_000 })).resolves.toBeUndefined();
  const stale = await fakeFtpServer(
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
  const port = await fakeFtpServer(files);
  await expect(doClientWork({ kind: 'ftp', login: login(port, password), file: FILE }, { whole_ms: 2_000 })).rejects.toThrow(reason);
});

test('a server that accepts and never answers fails at the deadline', async () => {
  const port = await listening(() => undefined);
  await expect(doClientWork({ kind: 'ftp', login: login(port), file: FILE }, { whole_ms: 200 })).rejects.toThrow(/within 0\.20 s|Timeout/);
});

test('a file that was uploaded is taken away again', async () => {
  const files = new Map<string, string>();
  const port = await fakeFtpServer(files);
  await within({ whole_ms: 2_000 }, (limit) => uploadFile(login(port), FILE, limit));
  expect(files.get(FILE.name)).toBe(FILE.content);
  await within({ whole_ms: 2_000 }, (limit) => takeFile(login(port), FILE, limit));
  expect(files.size).toBe(0);
});
