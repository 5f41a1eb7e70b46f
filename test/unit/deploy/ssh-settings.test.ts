import { expect, test } from '@jest/globals';
import { parseSshSettings } from '../../../cli/src/deploy/ssh-settings.ts';

const OUTPUT = `user root
hostname 198.18.1.12
port 22
identityfile /state/keys/id_ed25519
userknownhostsfile /state/keys/known_hosts
proxycommand ip netns exec dbss-lab-ctl nc %h %p
`;

test('settings of a lab host have the proxy command with address and port filled in', () => {
  expect(parseSshSettings('ftp', OUTPUT)).toEqual({
    host: 'ftp',
    hostname: '198.18.1.12',
    port: 22,
    user: 'root',
    identityFiles: ['/state/keys/id_ed25519'],
    knownHostsFiles: ['/state/keys/known_hosts'],
    hostKeyAlias: undefined,
    proxyCommand: 'ip netns exec dbss-lab-ctl nc 198.18.1.12 22',
  });
});

test('a host without proxy command is reached by plain TCP', () => {
  expect(parseSshSettings('ftp', 'hostname 192.0.2.7\nport 2222\nuser admin\n')).toMatchObject({
    hostname: '192.0.2.7',
    port: 2222,
    user: 'admin',
    proxyCommand: undefined,
  });
  expect(parseSshSettings('ftp', 'proxycommand none\n').proxyCommand).toBeUndefined();
});

test('a blank in the path of known_hosts belongs to the path, and several files stand in one line', () => {
  const output = 'userknownhostsfile /my servers/keys/known_hosts ~/.ssh/known_hosts\n';
  expect(parseSshSettings('ftp', output).knownHostsFiles).toEqual(['/my servers/keys/known_hosts', '~/.ssh/known_hosts']);
});

test('a doubled percent sign of a proxy command is one percent sign', () => {
  expect(parseSshSettings('ftp', 'hostname a\nproxycommand connect %h 100%%\n').proxyCommand).toBe('connect a 100%');
});
