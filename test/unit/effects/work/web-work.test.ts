import { ConnectionRefused } from '../../../../agent/src/effects/service-check/connection-refused.ts';
import { doClientWork } from '../../../../agent/src/effects/service-check/work/do-client-work.ts';
import type { Page } from '../../../../agent/src/effects/service-check/work/web-work.ts';
import { closeAll, speaking } from './fake-servers.ts';

afterEach(closeAll);

const PAGE = { name: 'known.txt', content: 'what is known\n' };
const place = (port: number): Page['place'] => ({ address: '127.0.0.1', port });

/** A web server or proxy that knows some targets; at the others it is silent. */
async function knowing(answers: Readonly<Record<string, string>>): Promise<number> {
  let target = '';
  return speaking('', (line, socket) => {
    target = /^GET (\S+) HTTP/.exec(line)?.[1] ?? target;
    const answer = answers[target];
    if (line === '' && answer !== undefined) socket.end(answer);
    return undefined;
  });
}

const found = (content: string): string => `HTTP/1.0 200 OK\r\nServer: test\r\n\r\n${content}`;

describe('a page', () => {
  test('with its known content passes', async () => {
    const port = await knowing({ '/known.txt': found(PAGE.content) });
    await expect(doClientWork({ kind: 'http', page: { place: place(port), ...PAGE } }, { whole_ms: 2_000 })).resolves.toBeUndefined();
  });

  test.each([
    ['with something else in it', found('It works!'), 'known.txt does not hold what is known of it'],
    ['with a part of it', found('what is'), 'known.txt does not hold what is known of it'],
    ['that is not there', 'HTTP/1.0 404 Not Found\r\n\r\n', 'the HTTP answer was 404'],
    ['without an end', found('x'.repeat(70_000)), 'more than 65536 bytes'],
  ])('%s fails', async (_what, answer, reason) => {
    const port = await knowing({ '/known.txt': answer });
    await expect(doClientWork({ kind: 'http', page: { place: place(port), ...PAGE } }, { whole_ms: 2_000 })).rejects.toThrow(reason);
  });
});

describe('a proxy', () => {
  const pages: readonly Page[] = [
    { place: { address: '192.0.2.1', port: 80 }, ...PAGE },
    { place: { address: '192.0.2.2', port: 8080 }, ...PAGE },
  ];

  test('that brings one of the pages passes at once, although the server of the other one is away', async () => {
    const port = await knowing({ 'http://192.0.2.2:8080/known.txt': found(PAGE.content) });
    const started_ms = performance.now();
    await doClientWork({ kind: 'proxy', proxy: place(port), pages }, { whole_ms: 10_000 });
    expect(performance.now() - started_ms).toBeLessThan(5_000);
  });

  test('that is dead refuses', async () => {
    const port = await knowing({});
    closeAll();
    await expect(doClientWork({ kind: 'proxy', proxy: place(port), pages }, { whole_ms: 2_000 })).rejects.toBeInstanceOf(ConnectionRefused);
  });

  test('that brings none of them fails with what it said', async () => {
    const away = 'HTTP/1.0 503 Service Unavailable\r\n\r\n';
    const port = await knowing({ 'http://192.0.2.1/known.txt': away, 'http://192.0.2.2:8080/known.txt': away });
    await expect(doClientWork({ kind: 'proxy', proxy: place(port), pages }, { whole_ms: 2_000 })).rejects.toThrow(
      /^the HTTP answer was 503$/,
    );
  });
});
