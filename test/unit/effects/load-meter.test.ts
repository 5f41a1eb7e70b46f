import { parseMeminfo, parseStat, parseTransferredBytes } from '../../../agent/src/effects/load-meter/kernel-counters.ts';
import { LoadMeter } from '../../../agent/src/effects/load-meter/load-meter.ts';

const MEMINFO = 'MemTotal:        2048000 kB\nMemFree:          100000 kB\nMemAvailable:    1024000 kB\n';

function stat(busy: number, idle: number): string {
  return `cpu  ${String(busy)} 0 0 ${String(idle)} 0 0 0 0 0 0\ncpu0 1 0 0 1 0 0 0 0 0 0\ncpu1 1 0 0 1 0 0 0 0 0 0\nintr 5\n`;
}

function netDev(received: number, sent: number): string {
  const heading = 'Inter-|   Receive |  Transmit\n face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs\n';
  return `${heading}    lo:  9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n   br0: ${String(received)} 7 0 0 0 0 0 3 ${String(sent)} 5 0 0 0 0 0 0\n`;
}

function kernel(): { files: Record<string, string>; time: { ms: number }; meter: () => LoadMeter } {
  const files: Record<string, string> = {
    '/proc/meminfo': MEMINFO,
    '/proc/stat': stat(100, 100),
    '/proc/net/dev': netDev(1000, 2000),
  };
  const time = { ms: 0 };
  const read = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error(`ENOENT ${path}`);
    return text;
  };
  return { files, time, meter: () => new LoadMeter('br0', { read, now_ms: () => time.ms }) };
}

describe('load measurement (§3.3)', () => {
  test('m_i is the available memory', () => {
    expect(kernel().meter().sample().available_memory_kb).toBe(1_024_000);
  });

  test('c_i is the idle rate since the previous sample, summed over the cores', () => {
    const { files, time, meter } = kernel();
    const tested = meter();
    time.ms = 1_000;
    files['/proc/stat'] = stat(150, 250);
    expect(tested.sample().cpu_idle_percent).toBeCloseTo(150);
    time.ms = 2_000;
    files['/proc/stat'] = stat(350, 250);
    expect(tested.sample().cpu_idle_percent).toBe(0);
  });

  test('n_i is what was sent and received since the previous sample, in KB per second', () => {
    const { files, time, meter } = kernel();
    const tested = meter();
    time.ms = 2_000;
    files['/proc/stat'] = stat(200, 200);
    files['/proc/net/dev'] = netDev(1_000 + 4_096, 2_000);
    expect(tested.sample().network_kb_s).toBeCloseTo(2);
  });

  test('an interface that was made anew counts from zero', () => {
    const { files, time, meter } = kernel();
    const tested = meter();
    time.ms = 1_000;
    files['/proc/stat'] = stat(200, 200);
    files['/proc/net/dev'] = netDev(512, 512);
    expect(tested.sample().network_kb_s).toBeCloseTo(1);
  });

  test('two samples at once do not divide by zero', () => {
    const sample = kernel().meter().sample();
    expect(Object.values(sample).every(Number.isFinite)).toBe(true);
  });

  test('time waiting for a disk is idle time', () => {
    expect(parseStat('cpu  1 2 3 10 5 0 0 0 7 7\ncpu0 1 2 3 10 5 0 0 0 7 7\n')).toEqual({ idle: 15, total: 21, cores: 1 });
  });

  test('a missing interface is an error, not a zero', () => {
    const { files, meter } = kernel();
    files['/proc/net/dev'] = netDev(1, 1).replace('br0', 'br1');
    expect(meter).toThrow('no counters of br0');
  });

  test('what is not a number is an error', () => {
    expect(() => parseTransferredBytes('br0: x y\n', 'br0')).toThrow('no counters of br0');
    expect(() => parseMeminfo('MemTotal: 5 kB\n')).toThrow('MemAvailable');
  });
});
