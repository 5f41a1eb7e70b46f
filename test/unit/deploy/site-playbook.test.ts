import { expect, test } from '@jest/globals';
import { ansibleFile } from './ansible-file.ts';

interface Play {
  readonly name: string;
  readonly hosts: string;
}

const plays = ansibleFile('playbooks/site.yml') as readonly Play[];

test('a witness that is away keeps no server from being deployed: its play is the last one', () => {
  expect(plays.map(({ hosts }) => hosts)).toEqual(['localhost', 'dbss_servers', 'all:!dbss_servers']);
});
