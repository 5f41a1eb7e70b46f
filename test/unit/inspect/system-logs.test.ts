import { WAITING } from '../../../cli/src/inspect/system-logs.ts';

const isWaiting = (line: string): boolean => new RegExp(WAITING).test(line);

test('of a system log the seconds of waiting are left out, and nothing else that ends with a number', () => {
  for (const line of ['2022-03-18 13:43:05.00 5', '2022-03-18 13:43:10.00 Wait', '2022-03-18 13:43:10.00 __Wait'])
    expect(isWaiting(line)).toBe(true);
  for (const text of ['DBSS_web1_ftp Service problem detected: the HTTP answer was 503', '__DBSS_web1_ftp Wait', 'Voters 1.1: a 5'])
    expect(isWaiting(`2022-03-18 13:43:12.26 ${text}`)).toBe(false);
});
