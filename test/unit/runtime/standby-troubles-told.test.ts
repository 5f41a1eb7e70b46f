import { standbyTroublesToldIn } from '../../../agent/src/runtime/standby-troubles-told.ts';

test('what goes wrong with a virtual server stands in the system log with its cause, once for the same trouble again', () => {
  const lines: string[] = [];
  const warn = standbyTroublesToldIn({ write: (_unix_ms, _background, text) => lines.push(text) }, () => 0);
  const lost = new Error('"stop" failed in the standby (exit status 1)', {
    cause: new Error('3 messages that were not delivered are lost'),
  });
  warn(lost);
  warn(lost);
  warn(new Error('the priority of the standby could not be set to normal'));
  expect(lines).toEqual([
    'Standby of this server: "stop" failed in the standby (exit status 1): 3 messages that were not delivered are lost',
    'Standby of this server: the priority of the standby could not be set to normal',
  ]);
});
