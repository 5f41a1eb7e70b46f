import { withHeartbeat } from '@dbss/agent/protocol/sem/heartbeat-lines.ts';

function after(heartbeat: string, server: string): string {
  return withHeartbeat(heartbeat, { server, unix_s: 10 });
}

test.each([
  ['web', 'web 10\nweb1 1\nb 1\neb1 1\n'],
  ['web1', 'web 1\nweb1 10\nb 1\neb1 1\n'],
  ['b', 'web 1\nweb1 1\nb 10\neb1 1\n'],
  ['eb1', 'web 1\nweb1 1\nb 1\neb1 10\n'],
  ['c', 'web 1\nweb1 1\nb 1\neb1 1\nc 10\n'],
])('a heartbeat changes its own server’s line and no other: %s', (server, expected) => {
  expect(after('web 1\nweb1 1\nb 1\neb1 1\n', server)).toBe(expected);
});

test('a line that is no record is replaced, also one without an end', () => {
  expect(after('web x\nweb1 1\n', 'web')).toBe('web 10\nweb1 1\n');
  expect(after('web 1\nweb1 1', 'web1')).toBe('web 1\nweb1 10\n');
});
