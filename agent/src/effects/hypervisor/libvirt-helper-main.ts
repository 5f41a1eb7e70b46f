/**
 * Entry of the helper process: libvirt's C library is called synchronously here, so that a call that hangs can be ended by
 * ending this process (libvirt's errors are bound to the calling thread, so its calls cannot run on node's thread pool).
 * One JSON request a line on stdin, one JSON answer a line on stdout, in order. Ends when stdin ends.
 */
import { createInterface } from 'node:readline';
import { openLibvirt } from './libvirt-bindings.ts';
import type { HelperAnswer, HelperQuestion } from './libvirt-requests.ts';

const say = (answer: HelperAnswer): void => {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
};

try {
  const library = openLibvirt(process.argv[2] ?? 'qemu:///system');
  say({ id: 0, ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, request } = JSON.parse(line) as HelperQuestion;
    try {
      say({ id, value: library.perform(request) });
    } catch (error) {
      say({ id, error: (error as Error).message });
    }
  }
  library.close();
} catch (error) {
  say({ id: 0, error: (error as Error).message });
  process.exitCode = 1;
}
