import type { AgentMetrics, MetricSample } from '@dbss/agent/protocol/metrics.ts';
import type { Server } from '../inventory/inventory.ts';
import type { ServiceExamination } from './run-record.ts';

const NUMBER = 'dbss_service_examinations_total';
const SECONDS = 'dbss_service_examination_seconds_total';

/**
 * How long the examinations took that the agents did between two looks at their counters, over all agents.
 *
 * @param servers of the ring
 * @param pairs by agent: what it counted before and after
 */
export function examinationsBetween(
  servers: readonly Pick<Server, 'name' | 'services'>[],
  pairs: readonly { readonly before: AgentMetrics; readonly after: AgentMetrics }[],
): readonly ServiceExamination[] {
  const sums = new Map<string, { daemon: string; monitoring: string; number: number; seconds: number }>();
  for (const { before, after } of pairs) {
    for (const { labels, value } of samplesOf(after, NUMBER)) {
      const { daemon = '', monitoring = '' } = labels;
      const key = `${daemon} ${monitoring}`;
      const sum = sums.get(key) ?? { daemon, monitoring, number: 0, seconds: 0 };
      sum.number += value - valueOf(before, NUMBER, labels);
      sum.seconds += valueOf(after, SECONDS, labels) - valueOf(before, SECONDS, labels);
      sums.set(key, sum);
    }
  }
  return [...sums.values()]
    .filter(({ number }) => number > 0)
    .map(({ daemon, monitoring, number, seconds }) => ({
      daemon,
      servers: servers.filter(({ services }) => services.some((service) => service.daemon === daemon)).map(({ name }) => name),
      monitoring,
      number,
      mean_s: Math.round((seconds / number) * 10_000) / 10_000,
    }));
}

function samplesOf(metrics: AgentMetrics, name: string): readonly MetricSample[] {
  return metrics.families.find((family) => family.name === name)?.samples ?? [];
}

function valueOf(metrics: AgentMetrics, name: string, labels: MetricSample['labels']): number {
  const same = (sample: MetricSample): boolean =>
    sample.labels['daemon'] === labels['daemon'] && sample.labels['monitoring'] === labels['monitoring'];
  return samplesOf(metrics, name).find(same)?.value ?? 0;
}
