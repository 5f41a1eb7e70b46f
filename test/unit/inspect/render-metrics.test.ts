import { askMetrics } from '../../../cli/src/inspect/ask-metrics.ts';
import { renderMetrics } from '../../../cli/src/inspect/render-metrics.ts';
import type { AgentMetrics } from '../../../agent/src/protocol/metrics.ts';

const metricsOf = (server: string, value: number): AgentMetrics => ({
  server,
  cluster: 'lab',
  families: [
    { name: 'dbss_takeovers_total', type: 'counter', help: 'Takeovers.', samples: [{ labels: {}, value }] },
    { name: 'dbss_sem_refused_total', type: 'counter', help: 'Refused.', samples: [{ labels: { kind: 'a "b" \\ c\nd' }, value: 2 }] },
  ],
});

describe('the text for Prometheus', () => {
  test('has each name once, with the samples of all servers below it', () => {
    const text = renderMetrics([
      { machine: 'ftp', metrics: metricsOf('ftp', 1), unreachable: null },
      { machine: 'mail', metrics: metricsOf('mail', 3), unreachable: null },
    ]);
    expect(text.match(/^# TYPE dbss_takeovers_total counter$/gm)).toHaveLength(1);
    expect(text).toContain(
      '# TYPE dbss_takeovers_total counter\ndbss_takeovers_total{server="ftp"} 1\ndbss_takeovers_total{server="mail"} 3\n',
    );
  });

  test('escapes what would end a label or a line', () => {
    const text = renderMetrics([{ machine: 'ftp', metrics: metricsOf('ftp', 1), unreachable: null }]);
    expect(text).toContain('dbss_sem_refused_total{server="ftp",kind="a \\"b\\" \\\\ c\\nd"} 2\n');
  });

  test('says of a server that does not answer that it is down, and of the others all', async () => {
    const answers = await askMetrics(
      { metrics: (name) => (name === 'ftp' ? Promise.reject(new Error('ftp: off')) : Promise.resolve(metricsOf(name, 0))) },
      ['mail', 'ftp'],
    );
    expect(answers[1]).toEqual({ machine: 'ftp', metrics: null, unreachable: 'ftp: off' });
    const text = renderMetrics(answers);
    expect(text).toContain('dbss_up{server="mail"} 1\ndbss_up{server="ftp"} 0\n');
    expect(text).not.toContain('dbss_takeovers_total{server="ftp"}');
  });
});
