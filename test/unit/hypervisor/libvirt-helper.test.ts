import { HelperUnavailable, LibvirtHelper } from '../../../agent/src/effects/hypervisor/libvirt-helper.ts';
import { LibvirtWithFallback } from '../../../agent/src/effects/hypervisor/libvirt-with-fallback.ts';
import type { Libvirt } from '../../../agent/src/effects/hypervisor/libvirt-requests.ts';

/** A helper that answers with its process id and what it was asked, hangs when asked to resume, and fails when asked to suspend. */
const PROGRAM = `
process.stdout.write('{"id":0,"ready":true}\\n');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, request } = JSON.parse(line);
  if (request.command === 'resume') for (;;);
  const answer = request.command === 'suspend' ? { id, error: 'no such domain' } : { id, value: process.pid + ' ' + request.command };
  process.stdout.write(JSON.stringify(answer) + '\\n');
});`;
const WITHOUT_LIBRARY = `process.stdout.write('{"id":0,"error":"libvirt.so.0: no such file"}\\n')`;
const PATIENCE_MS = 20_000;

let helper: LibvirtHelper;
const start = (program: string, idle_ms = 60_000): void => {
  helper = new LibvirtHelper({ uri: 'test:///default', program: ['-e', program, '--'], idle_ms });
};
afterEach(() => helper.close());
const processOf = async (): Promise<string> => String(await helper.ask({ command: 'hypervisor-version' }, PATIENCE_MS)).split(' ')[0] ?? '';

test('questions are answered by one process', async () => {
  start(PROGRAM);
  const [first, second] = await Promise.all([processOf(), processOf()]);
  expect(first).toMatch(/^\d+$/);
  expect(second).toBe(first);
});

test("libvirt's words come back as an error, and the process goes on", async () => {
  start(PROGRAM);
  const first = await processOf();
  await expect(helper.ask({ command: 'suspend', domain: 'd' }, PATIENCE_MS)).rejects.toThrow('no such domain');
  expect(await processOf()).toBe(first);
});

test('a call that hangs is ended at its deadline, and the next question starts another process', async () => {
  start(PROGRAM);
  const first = await processOf();
  await expect(helper.ask({ command: 'resume', domain: 'd' }, 50)).rejects.toThrow('did not answer "resume" within 50 ms');
  expect(await processOf()).not.toBe(first);
});

test('an idle helper ends: the agent stays small', async () => {
  start(PROGRAM, 0);
  const first = await processOf();
  await new Promise((resolve) => setImmediate(() => setTimeout(resolve, 1)));
  expect(await processOf()).not.toBe(first);
});

test('a helper that cannot load libvirt says why', async () => {
  start(WITHOUT_LIBRARY);
  await expect(helper.ask({ command: 'hypervisor-version' }, PATIENCE_MS)).rejects.toThrow(HelperUnavailable);
});

test('where the library cannot be had, virsh is asked', async () => {
  start(WITHOUT_LIBRARY);
  const virsh: Libvirt = { ask: () => Promise.resolve('by virsh'), close: () => undefined };
  const libvirt = new LibvirtWithFallback('test:///default', helper, virsh);
  expect(await libvirt.ask({ command: 'hypervisor-version' }, PATIENCE_MS)).toBe('by virsh');
});

test('what libvirt refuses is not asked a second time by virsh', async () => {
  start(PROGRAM);
  const virsh: Libvirt = { ask: () => Promise.reject(new Error('virsh was asked')), close: () => undefined };
  const libvirt = new LibvirtWithFallback('test:///default', helper, virsh);
  await expect(libvirt.ask({ command: 'suspend', domain: 'd' }, PATIENCE_MS)).rejects.toThrow('no such domain');
});
