import { logLines, parseLogLine } from '@dbss/agent/protocol/log-lines.ts';
import { World } from '../support/world.ts';
import { ringInMidInterval, SIX } from '../support/normal.ts';
import { timedLogOf } from '../support/transcript.ts';

/** The lines of Fig. 14 for a network problem of the FTP server, in its order. */
const FIGURE_14 = [
  'DBSS_ftp_mail Network problem detected (examination 2.00 s)',
  'DBSS_ftp_mail Network problem reexamined: abnormal',
  '__DBSS_ftp_mail Target server recovery job started',
  'DBSS_ftp_mail Virtual server creation started: ftpb@login (selection value 74.50)',
  'DBSS_ftp_mail Virtual server creation completed: ftpb@login (resume 0.03 s, installation 0.90 s)',
  'DBSS_ftp_mail Server function recovered: virtual IP address 198.18.0.102 set on ftpb@login',
  '__DBSS_ftp_mail Target server is in a stop condition: forcible start by Wake-on-LAN',
  '__DBSS_ftp_mail Target server started normally: up.file',
  'DBSS_ftp_mail Target server recovered: virtual IP address 198.18.0.102 set on ftp',
  'DBSS_ftp_mail Management files sent to ftp',
  'DBSS_ftp_mail Flag file sent to ftp',
];

function recovered(
  fault: (world: World) => void,
  log_seconds = false,
): { world: World; log: { time_s: number; text: string }[]; start_s: number } {
  const world = ringInMidInterval(new World(SIX, { log_seconds }));
  const from = world.transcript.length;
  // The interval after the fault begins five seconds later.
  const start_s = Number(world.transcript.at(-1)?.trim().split(' ')[0] ?? 0);
  fault(world);
  world.run(130_000);
  return { world, log: timedLogOf(world, 'mail', from), start_s };
}

describe('§5.2 system log file', () => {
  test('§5.2 the type of problem, the virtual server and the target server are recorded in the order of Fig. 14', () => {
    const { log } = recovered((world) => world.plug('ftp'));
    expect(log.map(({ text }) => text).filter((text) => FIGURE_14.includes(text))).toEqual(FIGURE_14);
  });

  test('§5.2 the network problem is detected after the examination time of 2 s and reexamined after 2 s more', () => {
    const { log } = recovered((world) => world.plug('ftp'));
    const at = (part: string): number => log.find(({ text }) => text.includes(part))?.time_s ?? Number.NaN;
    const intervalStart_s = Math.floor(at('detected') / 10) * 10;
    expect(at('detected') - intervalStart_s).toBeCloseTo(2, 2);
    expect(at('reexamined') - intervalStart_s).toBeCloseTo(4, 2);
    expect(at('creation started') - intervalStart_s).toBeCloseTo(4, 2);
  });

  test('§5.2 the stop condition is determined when the maximum wait for a restart, 50 s, is over', () => {
    const { log } = recovered((world) => world.plug('ftp'));
    const at = (part: string): number => log.find(({ text }) => text.includes(part))?.time_s ?? Number.NaN;
    expect(at('stop condition') - at('recovery job started')).toBeCloseTo(50, 1);
  });

  test('§5.2 a service problem names the service', () => {
    const { log } = recovered((world) => world.stopDaemon('ftp'));
    expect(log.map(({ text }) => text)).toContain('DBSS_ftp_mail Service problem detected (examination 0.02 s): ftpd: connection refused');
    expect(log.map(({ text }) => text)).toContain('DBSS_ftp_mail Service problem reexamined: abnormal');
  });

  test('§5.2 lines of the background job begin with "__", those of the foreground job do not', () => {
    const { log } = recovered((world) => world.plug('ftp'));
    const background = ['recovery job', 'restart request', 'stop condition', 'started normally'];
    for (const { text } of log) expect(text.startsWith('__')).toBe(background.some((part) => text.includes(part)));
  });

  test('§5.2 numbers are recorded at one-second intervals during the monitoring interval, and "Wait" during the waiting time', () => {
    const { log } = recovered((world) => world.plug('ftp'), true);
    const texts = log.map(({ text }) => text);
    expect(texts.slice(0, 5)).toEqual(['6', '7', '8', '9', 'DBSS_ftp_mail Heartbeat of ftp is missing']);
    const waits = log.filter(({ text }) => text === 'Wait');
    const recoveredAt_s = log.find(({ text }) => text.includes('function recovered'))?.time_s ?? 0;
    const upAt_s = log.find(({ text }) => text.includes('up.file'))?.time_s ?? 0;
    expect(waits.map(({ time_s }) => time_s)).toEqual(
      Array.from({ length: Math.floor(upAt_s) - Math.ceil(recoveredAt_s) + 1 }, (_, index) => Math.ceil(recoveredAt_s) + index),
    );
  });

  test('§5.2 the lines that the recovery times are measured by can be read back', () => {
    const { log } = recovered((world) => world.plug('ftp'));
    const kinds = log.flatMap(({ text }) => parseLogLine(text.replace(/^__/, ''))?.kind ?? []);
    expect(kinds).toEqual([
      'networkProblemDetected',
      'networkProblemReexamined',
      'recoveryJobStarted',
      'creationStarted',
      'creationCompleted',
      'functionRecovered',
      'stopCondition',
      'startedNormally',
      'targetRecovered',
      'filesSent',
      'flagSent',
    ]);
    expect(parseLogLine(logLines.creationCompleted('DBSS_a_b', 'ab', 'c', 30, 900))).toEqual({
      kind: 'creationCompleted',
      dbss: 'DBSS_a_b',
      fields: ['ab', 'c', '0.03', '0.90'],
    });
    expect(parseLogLine('Wait')).toBeUndefined();
  });

  test('§5.2 the server function is recovered within the recovery time of the paper: 4.05 s (Nt) and 5.07 s (St) after detection', () => {
    for (const [fault, limit_s] of [
      [(world: World) => world.plug('ftp'), 4.05],
      [(world: World) => world.stopDaemon('ftp'), 5.07],
    ] as const) {
      const { log } = recovered(fault);
      const at = (part: string): number => log.find(({ text }) => text.includes(part))?.time_s ?? Number.NaN;
      expect(at('function recovered') - at('problem detected')).toBeLessThan(limit_s);
    }
  });
});
