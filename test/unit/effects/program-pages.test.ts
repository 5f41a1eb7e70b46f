import { untouchedMappings } from '../../../agent/src/effects/program-pages/untouched-mappings.ts';

const SMAPS = [
  '00400000-00746000 r--p 00000000 00:d5 1820113                            /usr/bin/node',
  'Rss:                3352 kB',
  'Anonymous:             0 kB',
  '0074a000-03044000 r-xp 0034a000 00:d5 1820113                            /usr/bin/node',
  'Anonymous:             0 kB',
  '06b51000-06c00000 r--p 06751000 00:d5 1820113                            /usr/bin/node',
  'Anonymous:            96 kB',
  '06c00000-06c40000 rw-p 06800000 00:d5 1820113                            /usr/bin/node',
  'Anonymous:             0 kB',
  '34b9a000-35011000 r--p 00000000 00:00 0 ',
  'Anonymous:             0 kB',
  '7fb6a41b1000-7fb6a4307000 r-xp 00026000 00:d5 1511304                    /lib/libc.so.6',
  'Anonymous:             0 kB',
  '',
].join('\n');

describe('program pages', () => {
  test('only ranges of the program that are read-only and unchanged are given back', () => {
    expect(untouchedMappings(SMAPS, '/usr/bin/node')).toEqual([
      { start: 0x400000n, length: 0x346000n },
      { start: 0x74a000n, length: 0x28fa000n },
    ]);
  });

  test('a program that is not mapped gives nothing back', () => {
    expect(untouchedMappings(SMAPS, '/usr/bin/other')).toEqual([]);
  });
});
