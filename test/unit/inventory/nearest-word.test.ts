import { nearestWord } from '../../../cli/src/inventory/nearest-word.ts';

test.each([
  ['dbss_metod', ['dbss_cluster', 'dbss_method'], 'dbss_method'],
  ['NETWROK', ['CPU', 'NETWORK', 'CPU_NET'], 'NETWORK'],
  ['network', ['CPU', 'NETWORK', 'CPU_NET'], 'NETWORK'],
  ['htp', ['smtp', 'ftp', 'http'], 'http'],
  ['banana', ['smtp', 'ftp', 'http'], undefined],
  ['x', [], undefined],
])('nearest to %s in %j is %s', (found, words, expected) => {
  expect(nearestWord(found, words)).toBe(expected);
});
