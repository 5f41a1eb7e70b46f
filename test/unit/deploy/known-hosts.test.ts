import { expect, test } from '@jest/globals';
import { knownHostKeys } from '../../../cli/src/deploy/known-hosts.ts';

const TEXT = `# keys
ftp,198.18.1.12,198.18.0.12 ssh-ed25519 AAAAC3Nz
mail,198.18.1.11 ssh-ed25519 AAAAB3Nz
@revoked * ssh-ed25519 AAAAXXXX
`;

test('a host is found by its name and by each of its addresses', () => {
  for (const name of ['ftp', '198.18.1.12', '198.18.0.12']) {
    expect(knownHostKeys(TEXT, [name])).toEqual([{ type: 'ssh-ed25519', key: Buffer.from('AAAAC3Nz', 'base64') }]);
  }
});

test('a host is found by its hashed name, and nobody else is', () => {
  const hashed = '|1|09p5DG1jPruLQAMHPM8ynsiLgHE=|9AIrKF0Lzrq1IVNKb2DpwiTzmNY= ssh-ed25519 AAAAC3Nz';
  expect(knownHostKeys(hashed, ['198.18.1.12'])).toEqual([{ type: 'ssh-ed25519', key: Buffer.from('AAAAC3Nz', 'base64') }]);
  expect(knownHostKeys(hashed, ['198.18.1.13'])).toEqual([]);
});

test('a host that is not there has no key, and part of a name is no name', () => {
  expect(knownHostKeys(TEXT, ['web1', 'ft', '198.18.1.1'])).toEqual([]);
});
