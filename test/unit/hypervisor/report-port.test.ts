import { parseReport } from '../../../agent/src/effects/hypervisor/report-port.ts';

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
