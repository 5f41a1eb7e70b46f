import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseReport, type Report, ReportPort } from '../../../agent/src/effects/hypervisor/report-port.ts';

test('each report of the receiver is understood', () => {
  expect(parseReport('7-1 step storage')).toEqual({ id: '7-1', report: { kind: 'step', step: 'storage' } });
  expect(parseReport('7-1 error mount: no route to host')).toEqual({
    id: '7-1',
    report: { kind: 'error', text: 'mount: no route to host' },
  });
  expect(parseReport('7-1 done')).toEqual({ id: '7-1', report: { kind: 'done' } });
  expect(parseReport('7-1 failed 32')).toEqual({ id: '7-1', report: { kind: 'failed', status: '32' } });
});

test('what is no report is ignored', () => {
  expect(parseReport('')).toBeUndefined();
  expect(parseReport('kernel: hello')).toBeUndefined();
});

describe('the report port', () => {
  let directory: string;
  let guest: Server;
  let port: ReportPort;
  let warnings: string[];

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'dbss-report-'));
    warnings = [];
    port = new ReportPort(path.join(directory, 'report.sock'), (error) => warnings.push(error.message));
  });
  afterEach(() => {
    port.close();
    guest.close();
    rmSync(directory, { recursive: true });
  });

  /** What is heard of the request 7-1 first while the guest writes. */
  const hears = async (write: (socket: Socket) => void): Promise<Report | Error> => {
    guest = createServer((socket) => {
      // The other side ends the connection.
      socket.on('error', () => undefined);
      write(socket);
    }).listen(path.join(directory, 'report.sock'));
    const heard = new Promise<Report | Error>((resolve) => port.listen('7-1', resolve));
    await port.open();
    return heard;
  };

  test('hears a report that comes in pieces', async () => {
    expect(await hears((socket) => socket.write('7-1 st') && setImmediate(() => socket.write('ep daemons\n')))).toEqual({
      kind: 'step',
      step: 'daemons',
    });
  });

  test('ends the connection of a guest that writes without an end of line, and tells so', async () => {
    const heard = await hears((socket) => socket.write('x'.repeat(200_000)));
    const words = 'the standby has reported 65536 characters and more without an end of line';
    expect((heard as Error).message).toBe(words);
    expect(warnings).toEqual([words]);
  });
});
