import type { AgentMetrics } from '@dbss/agent/protocol/metrics.ts';
import { ExaminationTimes } from '../../../agent/src/effects/service-check/examination-times.ts';
import { examinationsBetween } from '../../../cli/src/experiment/examination-times.ts';
import { labInventory } from '../inventory/lab-inventory.ts';

function counted(times: ExaminationTimes): AgentMetrics {
  return {
    server: 'mail',
    cluster: 'lab',
    families: [
      { name: 'dbss_service_examinations_total', type: 'counter', help: '', samples: times.number() },
      { name: 'dbss_service_examination_seconds_total', type: 'counter', help: '', samples: times.seconds() },
    ],
  };
}

test('Table 1: examination times are those between two looks, by daemon, over all agents', async () => {
  let now_ms = 0;
  const times = new ExaminationTimes(() => now_ms);
  const take = async (daemon: string, duration_ms: number): Promise<void> =>
    times.of(daemon, 'external', async () => {
      now_ms += duration_ms;
      await Promise.resolve();
    });
  await take('apache2', 5_000);
  const before = counted(times);
  await take('apache2', 20);
  await take('apache2', 40);
  await take('vsftpd', 10);
  const { servers } = labInventory();
  expect(examinationsBetween(servers, [{ before, after: counted(times) }])).toEqual([
    { daemon: 'apache2', servers: ['web1', 'web2'], monitoring: 'external', number: 2, mean_s: 0.03 },
    { daemon: 'vsftpd', servers: ['ftp'], monitoring: 'external', number: 1, mean_s: 0.01 },
  ]);
});

test('an examination that failed is not counted: its time says nothing of the service', async () => {
  const times = new ExaminationTimes(() => 0);
  await expect(times.of('vsftpd', 'internal', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(times.number()).toEqual([]);
});
