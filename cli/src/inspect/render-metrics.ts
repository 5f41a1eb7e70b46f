import type { AgentMetrics, MetricFamily } from '@dbss/agent/protocol/metrics.ts';

/** What one machine's agent counted, or why it does not say. */
export interface MachineMetrics {
  readonly machine: string;
  readonly metrics: AgentMetrics | null;
  /** Why its agent did not answer. */
  readonly unreachable: string | null;
}

/**
 * Prometheus' text of what the machines' agents counted (version 0.0.4 of the format). Each sample says of which server it is; a machine
 * that does not answer has `dbss_up` 0 and nothing else.
 */
export function renderMetrics(machines: readonly MachineMetrics[]): string {
  const up: MetricFamily = {
    name: 'dbss_up',
    type: 'gauge',
    help: 'Whether the agent answered.',
    samples: machines.map(({ machine, metrics }) => ({ labels: { server: machine }, value: metrics === null ? 0 : 1 })),
  };
  return [up, ...merged(machines)].map(renderFamily).join('');
}

/** Families by name: the format wants all samples of a name together. */
function merged(machines: readonly MachineMetrics[]): readonly MetricFamily[] {
  const families = new Map<string, MetricFamily>();
  for (const { machine, metrics } of machines) {
    for (const family of metrics?.families ?? []) {
      const samples = family.samples.map(({ labels, value }) => ({ labels: { server: machine, ...labels }, value }));
      families.set(family.name, { ...family, samples: [...(families.get(family.name)?.samples ?? []), ...samples] });
    }
  }
  return [...families.values()];
}

function renderFamily({ name, type, help, samples }: MetricFamily): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}{${pairs.join(',')}} ${String(value)}\n`;
  });
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
