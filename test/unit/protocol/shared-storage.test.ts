import { demandOf } from '../../../agent/src/protocol/dbss/shared-storage.ts';
import type { Service } from '../../../agent/src/protocol/ring/ring-configuration.ts';
import { ringOf } from '../../../cli/src/simulator/made-ring.ts';

const POSTFIX: Service = { daemon: 'postfix', probe: 'smtp', port: 25, work: { kind: 'mail', imap_port: 143 } };
const DOVECOT: Service = { daemon: 'dovecot', probe: 'imap', port: 143, work: { kind: 'mailbox' } };

function demanded(...daemons: readonly string[]): string {
  const made = ringOf(['mail', 'ftp'], 'ftp');
  const servers = made.servers.map((server) => (server.name === 'mail' ? { ...server, services: [POSTFIX, DOVECOT] } : server));
  const abnormal = daemons.map((daemon) => ({ daemon, failure: 'no answer' }));
  return demandOf({ ...made, servers }, 'mail', abnormal);
}

test('a mail server that only does not deliver needs room', () => {
  expect(demanded('postfix')).toBe('room');
});

test('one that refuses connections is dead, and waits neither for room nor for files', () => {
  const made = ringOf(['mail', 'ftp'], 'ftp');
  const servers = made.servers.map((server) => (server.name === 'mail' ? { ...server, services: [POSTFIX, DOVECOT] } : server));
  expect(demandOf({ ...made, servers }, 'mail', [{ daemon: 'postfix', failure: 'connection refused', refused: true }])).toBe('answer');
});

test('one whose mailboxes cannot be read either has another problem than room, since a delivery is read there', () => {
  expect(demanded('postfix', 'dovecot')).toBe('open');
  expect(demanded('dovecot')).toBe('open');
});
