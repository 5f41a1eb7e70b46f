import { applyDiff } from '@dbss/agent/protocol/sem/apply-diff.ts';
import { filesOf } from '../../support/ring-of.ts';

const NAMES = ['web', 'web1', 'b', 'eb1'];

/** The heartbeat file after one heartbeat in a file of these lines. */
function after(heartbeat: string, line: string): string {
  const files = { ...filesOf(NAMES), heartbeat };
  return applyDiff(files, [{ file: 'heartbeat', operation: 'Add', line }]).heartbeat;
}

test.each([
  ['web 10', 'web 10\nweb1 1\nb 1\neb1 1\n'],
  ['web1 10', 'web 1\nweb1 10\nb 1\neb1 1\n'],
  ['b 10', 'web 1\nweb1 1\nb 10\neb1 1\n'],
  ['eb1 10', 'web 1\nweb1 1\nb 1\neb1 10\n'],
  ['c 10', 'web 1\nweb1 1\nb 1\neb1 1\nc 10\n'],
])('a heartbeat changes its own server’s line and no other: %s', (line, expected) => {
  expect(after('web 1\nweb1 1\nb 1\neb1 1\n', line)).toBe(expected);
});

test('a line that is no record is replaced, also one without an end', () => {
  expect(after('web x\nweb1 1\n', 'web 10')).toBe('web 10\nweb1 1\n');
  expect(after('web 1\nweb1 1', 'web1 10')).toBe('web 1\nweb1 10\n');
});
