import type { TimingProfile } from '@dbss/agent/protocol/ring/ring-configuration.ts';

/**
 * What `dbss_profile` stands for. `paper` holds the setting parameters of Table 1 and, where it is silent, what fits them. `fast` is for
 * servers on one switch; its restart wait stays, for a machine boots no faster. `wan` bears round trips of a second.
 */
export const TIMING_PROFILES: Readonly<Record<'paper' | 'fast' | 'wan', TimingProfile>> = {
  paper: {
    interval_ms: 10_000,
    network_examination_ms: 2_000,
    service_examination_ms: 3_000,
    restart_wait_ms: 50_000,
    internal_monitoring_at_ms: 6_000,
    poll_ms: 1_000,
    answer_ms: 1_000,
    virtual_server_creation_ms: 15_000,
  },
  fast: {
    interval_ms: 500,
    network_examination_ms: 100,
    service_examination_ms: 500,
    restart_wait_ms: 50_000,
    internal_monitoring_at_ms: 150,
    poll_ms: 250,
    answer_ms: 300,
    virtual_server_creation_ms: 15_000,
  },
  wan: {
    interval_ms: 20_000,
    network_examination_ms: 4_000,
    service_examination_ms: 8_000,
    restart_wait_ms: 120_000,
    internal_monitoring_at_ms: 10_000,
    poll_ms: 2_000,
    answer_ms: 4_000,
    virtual_server_creation_ms: 30_000,
  },
};
