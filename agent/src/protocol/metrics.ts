/** What an agent counts, as its control socket gives it; `dbssctl metrics` makes Prometheus' text of it. Names are Prometheus' too. */
export interface AgentMetrics {
  readonly server: string;
  readonly cluster: string;
  readonly families: readonly MetricFamily[];
}

export interface MetricFamily {
  readonly name: string;
  /** A counter only grows, from the agent's start on; a gauge is what it is now. */
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
