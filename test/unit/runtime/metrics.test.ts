import { Counter } from '../../../agent/src/effects/counter.ts';
import { Traffic } from '../../../agent/src/effects/transport/traffic.ts';
import { agentMetrics } from '../../../agent/src/runtime/metrics.ts';
import type { Edit } from '../../../agent/src/protocol/sem/messages.ts';

const edit = (diff: string): Edit => ({ editor: 'ftp', epoch: 1, diff });
const transport = { refused: () => [], answered: () => [], called: () => [] };
const keys = { valid_until_unix_s: 7 };
const lateness = { longest_ms: () => 250 };

describe('the counters of an agent', () => {
  test('tell edits that were taken from those that were refused, and heartbeats from both', () => {
    const traffic = new Traffic();
    traffic.answered({ kind: 'edit', edit: edit('group,Add,1 ftp ftp.dat\n') }, { kind: 'done' });
    traffic.answered({ kind: 'edit', edit: edit('nonsense\n') }, { kind: 'refused', reason: 'Diff.dat is malformed' });
    traffic.answered({ kind: 'heartbeat', edit: edit('heartbeat,Add,ftp 5\n'), digest: 'a' }, { kind: 'done' });
    traffic.answered({ kind: 'heartbeat', edit: edit('heartbeat,Mod,ftp 5,ftp 6\n'), digest: 'b' }, { kind: 'done' });
    expect(traffic.answeredSamples()).toEqual([
      { labels: { request: 'edit', answer: 'done' }, value: 1 },
      { labels: { request: 'edit', answer: 'refused' }, value: 1 },
      { labels: { request: 'heartbeat', answer: 'done' }, value: 2 },
    ]);
  });

  test('count as takeovers only virtual servers that got the address', () => {
    const effects = new Counter<'effect' | 'outcome'>();
    effects.add({ effect: 'add-virtual-server-address', outcome: 'done' });
    effects.add({ effect: 'add-virtual-server-address', outcome: 'failed' });
    effects.add({ effect: 'resume-standby', outcome: 'done' });
    const { families } = agentMetrics({ server: 'ftp', cluster: 'c', started_unix_ms: 5_000, lateness, transport, keys, effects });
    expect(families.find(({ name }) => name === 'dbss_takeovers_total')?.samples).toEqual([{ labels: {}, value: 1 }]);
  });

  test('of a witness tell of no effects, since it has none', () => {
    const { families } = agentMetrics({ server: 'files', cluster: 'c', started_unix_ms: 5_000, lateness, transport, keys });
    expect(families.map(({ name }) => name)).not.toContain('dbss_effects_total');
    expect(families.find(({ name }) => name === 'dbss_agent_start_time_seconds')?.samples).toEqual([{ labels: {}, value: 5 }]);
    expect(families.find(({ name }) => name === 'dbss_agent_lateness_seconds')?.samples).toEqual([{ labels: {}, value: 0.25 }]);
  });

  test('tell datagrams by what became of them, where a majority is asked', () => {
    const datagrams = { counts: () => ({ received: 7, replayed: 2 }) };
    const { families } = agentMetrics({ server: 'files', cluster: 'c', started_unix_ms: 5_000, lateness, transport, keys, datagrams });
    expect(families.find(({ name }) => name === 'dbss_datagrams_total')?.samples).toEqual([
      { labels: { kind: 'received' }, value: 7 },
      { labels: { kind: 'replayed' }, value: 2 },
    ]);
  });

  test('do not grow without end', () => {
    const counter = new Counter<'word'>();
    for (let i = 0; i < 10_000; i += 1) counter.add({ word: String(i) });
    expect(counter.samples().length).toBeLessThan(1_000);
  });
});
