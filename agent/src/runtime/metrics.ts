import type { Counter } from '../effects/counter.ts';
import type { ExaminationTimes } from '../effects/service-check/examination-times.ts';
import type { Transport } from '../effects/transport/transport.ts';
import type { EffectKind } from '../protocol/effects.ts';
import type { KeysReport } from '../protocol/keys-report.ts';
import type { Lateness } from './lateness.ts';
import type { AgentMetrics, MetricFamily, MetricSample } from '../protocol/metrics.ts';

/** The effect with which a virtual server takes its target's place. */
const TAKEOVER: EffectKind = 'add-virtual-server-address';

export interface MetricSources {
  readonly server: string;
  readonly cluster: string;
  readonly started_unix_ms: number;
  readonly lateness: Pick<Lateness, 'longest_ms'>;
  readonly transport: Pick<Transport, 'refused' | 'answered' | 'called'>;
  readonly keys: Pick<KeysReport, 'valid_until_unix_s'>;
  /** Datagrams of holders and voters by what became of them; missing with `quorum: none`. */
  readonly datagrams?: { readonly counts: () => Readonly<Record<string, number>> } | undefined;
  /** Effects that had a result; the witness has none. */
  readonly effects?: Counter<'effect' | 'outcome'>;
  /** Service examinations; the witness examines nobody. */
  readonly examinations?: Pick<ExaminationTimes, 'number' | 'seconds'>;
}

/** What the agent counts and what it needs, for the control socket. */
export function agentMetrics({
  server,
  cluster,
  started_unix_ms,
  lateness,
  transport,
  keys,
  datagrams,
  effects,
  examinations,
}: MetricSources): AgentMetrics {
  const performed = effects?.samples() ?? [];
  const families: MetricFamily[] = [
    counter('dbss_sem_refused_total', 'What SEM did not take, by kind.', transport.refused()),
    counter('dbss_sem_requests_total', 'Requests of other servers, by what they were answered.', transport.answered()),
    counter('dbss_sem_calls_total', 'Requests to other servers, by what became of them.', transport.called()),
    gauge('dbss_agent_start_time_seconds', 'Unix time at which the agent started.', started_unix_ms / 1000),
    gauge(
      'dbss_certificate_expiry_timestamp_seconds',
      'Unix time at which the certificate or its authority ends.',
      keys.valid_until_unix_s,
    ),
    gauge('dbss_agent_lateness_seconds', 'Longest time by which a timer of the last minute was late.', lateness.longest_ms() / 1000),
    gauge('dbss_agent_resident_memory_bytes', 'Resident memory of the agent.', process.memoryUsage.rss()),
  ];
  if (datagrams !== undefined) {
    const samples = Object.entries(datagrams.counts()).map(([kind, value]) => ({ labels: { kind }, value }));
    families.push(counter('dbss_datagrams_total', 'Datagrams received, and what was not taken or not sent, by kind.', samples));
  }
  if (examinations !== undefined) {
    const normal = 'Service examinations that found the service normal';
    families.push(
      counter('dbss_service_examinations_total', `${normal}, by daemon.`, examinations.number()),
      counter('dbss_service_examination_seconds_total', `${normal}: the seconds that they took, by daemon.`, examinations.seconds()),
    );
  }
  if (effects !== undefined) {
    families.push(
      counter('dbss_effects_total', 'What the agent did to this server, by outcome.', performed),
      counter('dbss_takeovers_total', 'Virtual servers here that got the address of their target.', [
        { labels: {}, value: countOf(performed, TAKEOVER, 'done') },
      ]),
    );
  }
  return { server, cluster, families };
}

function counter(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, type: 'counter', help, samples };
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'gauge', help, samples: [{ labels: {}, value }] };
}

function countOf(samples: readonly MetricSample[], effect: EffectKind, outcome: string): number {
  return samples.find(({ labels }) => labels['effect'] === effect && labels['outcome'] === outcome)?.value ?? 0;
}
