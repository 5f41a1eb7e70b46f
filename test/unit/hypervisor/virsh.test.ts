import { Virsh } from '../../../agent/src/effects/hypervisor/virsh.ts';
import type { ProgramResult } from '../../../agent/src/effects/process/run-program.ts';

function virsh(result: Partial<ProgramResult>): { readonly libvirt: Virsh; readonly calls: (readonly string[])[] } {
  const calls: (readonly string[])[] = [];
  const libvirt = new Virsh('test:///default', (args) => {
    calls.push(args);
    return Promise.resolve({ exit_code: 0, timed_out: false, stdout: '', stderr: '', ...result });
  });
  return { libvirt, calls };
}

test.each([
  ['running\n', 'running'],
  ['paused\n', 'paused'],
  ['shut off\n', 'off'],
  ['in shutdown\n', 'other'],
])('virsh domstate %j is state %s', async (stdout, state) => {
  const { libvirt, calls } = virsh({ stdout });
  expect(await libvirt.ask({ command: 'state', domain: 'd' }, 1000)).toBe(state);
  expect(calls).toEqual([['domstate', 'd']]);
});

test('a domain that virsh does not know is absent', async () => {
  const { libvirt } = virsh({ exit_code: 1, stderr: "error: failed to get domain 'd'" });
  expect(await libvirt.ask({ command: 'state', domain: 'd' }, 1000)).toBe('absent');
});

test('the version of QEMU is found in what virsh says', async () => {
  const { libvirt } = virsh({ stdout: 'Using API: QEMU 9.0.0\nRunning hypervisor: QEMU 7.2.22\n' });
  expect(await libvirt.ask({ command: 'hypervisor-version' }, 1000)).toBe('7.2.22');
});

test('a memory is restored paused, with the description of this server', async () => {
  const { libvirt, calls } = virsh({});
  await libvirt.ask({ command: 'restore-paused', file: '/m.save', xml: '<domain/>' }, 1000);
  expect(calls[0]).toEqual(['restore', '/m.save', '--xml', expect.stringContaining('description.xml'), '--paused']);
});

test("virsh's own words are in the error", async () => {
  const { libvirt } = virsh({ exit_code: 1, stderr: 'error: Domain is already active' });
  await expect(libvirt.ask({ command: 'resume', domain: 'd' }, 1000)).rejects.toThrow('resume: error: Domain is already active');
});

test('a virsh that was killed at its deadline is not taken for an answer', async () => {
  const { libvirt } = virsh({ timed_out: true, exit_code: undefined });
  await expect(libvirt.ask({ command: 'describe', domain: 'd' }, 80)).rejects.toThrow('did not answer "describe" within 80 ms');
});
