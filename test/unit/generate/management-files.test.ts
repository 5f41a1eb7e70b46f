import { labInventory } from '../inventory/lab-inventory.ts';
import { generatedFrom, textOf } from './materials.ts';

const files = generatedFrom(labInventory());
const management = (name: string): string => textOf(files, `management/${name}`);

test('§2.4: the group file holds number, target server and name of the management data', () => {
  expect(management('group')).toBe(
    ['1 mail mail.dat', '2 ftp ftp.dat', '3 web1 web1.dat', '4 web2 web2.dat', '5 proxy proxy.dat', '6 login login.dat', ''].join('\n'),
  );
});

test('§2.4, Fig. 4: the operation file holds management server, target server and management data; the last manages the first', () => {
  expect(management('operation')).toBe(
    [
      'mail ftp ftp.dat',
      'ftp web1 web1.dat',
      'web1 web2 web2.dat',
      'web2 proxy proxy.dat',
      'proxy login login.dat',
      'login mail mail.dat',
      '',
    ].join('\n'),
  );
});

test('§2.4: nothing is separated and nothing is a problem at the start', () => {
  expect(management('separation')).toBe('');
  expect(management('problem')).toBe('');
});

test('§2.4: the heartbeat file has a line for each server, with no time yet', () => {
  expect(management('heartbeat')).toBe('mail 0\nftp 0\nweb1 0\nweb2 0\nproxy 0\nlogin 0\n');
});

test('§2.4: the management data begins with the virtual IP address and names several daemons with spaces between', () => {
  expect(management('data/mail.dat')).toBe('198.18.0.111\nmail\n198.18.0.11\n02:db:55:00:00:11\npostfix dovecot\nCPU_NET\n');
});

test('§3.2: there is a flag file', () => {
  expect(files.has('management/flag')).toBe(true);
});
