import { describeLab } from '../../../cli/src/lab/lab-machines.ts';
import { identityFiles, type IdentityFile } from '../../../cli/src/lab/machine-identity.ts';
import { labInventory } from './lab-fixture.ts';

const keys = { authorizedKey: 'ssh-ed25519 AAAA dbss\n', hostKey: { privateKey: 'PRIVATE', publicKey: 'PUBLIC' } };

function filesOf(name: string): ReadonlyMap<string, IdentityFile> {
  const inventory = labInventory();
  const description = describeLab(inventory);
  const machine = description.machines.find((candidate) => candidate.name === name);
  if (machine === undefined) throw new Error(`no machine ${name}`);
  return new Map(identityFiles(inventory, description, machine, keys).map((file) => [file.path, file]));
}

test("a machine's disk has its name, its addresses on both networks and the gateway", () => {
  const files = filesOf('ftp');
  expect(files.get('etc/hostname')?.content).toBe('ftp\n');
  expect(files.get('etc/systemd/network/70-eth0.network')?.content).toContain('Address=198.18.0.12/24\nGateway=198.18.0.1\n');
  expect(files.get('etc/systemd/network/70-eth1.network')?.content).toContain('Address=198.18.1.12/24\n');
  expect(files.get('etc/systemd/network/70-eth1.network')?.content).not.toContain('Gateway');
});

test('only root reads the private host key, and only the cluster key logs in', () => {
  const files = filesOf('ftp');
  expect(files.get('etc/ssh/ssh_host_ed25519_key')).toMatchObject({ content: 'PRIVATE', mode: 0o600 });
  expect(files.get('root/.ssh/authorized_keys')).toMatchObject({ content: 'ssh-ed25519 AAAA dbss\n', mode: 0o600 });
});

test('machines have different machine ids, the same at every installation', () => {
  const id = (name: string): string | undefined => filesOf(name).get('etc/machine-id')?.content;
  expect(id('ftp')).toMatch(/^[0-9a-f]{32}\n$/);
  expect(id('ftp')).toBe(id('ftp'));
  expect(id('ftp')).not.toBe(id('mail'));
});

test('the file server remembers nothing that real servers change beside it: neither names nor sizes (decision 0427)', () => {
  const configuration = filesOf('files').get('etc/ganesha/ganesha.conf')?.content ?? '';
  expect(configuration).toMatch(/^MDCACHE \{[^}]*^\tDir_Chunk = 0;$/m);
  expect(configuration).toMatch(/^EXPORT \{[^}]*^\tAttr_Expiration_Time = 0;$/m);
});

test('the file server exports by NFSv4 on its own address; servers export nothing', () => {
  const configuration = filesOf('files').get('etc/ganesha/ganesha.conf')?.content ?? '';
  expect(configuration).toContain('Bind_addr = 198.18.0.10;');
  expect(configuration).toContain('Path = /export;');
  expect(configuration).toContain('Protocols = 4;');
  expect(configuration).not.toContain('@');
  expect(filesOf('files').get('etc/systemd/system/multi-user.target.wants/nfs-ganesha.service')?.linkTo).toBeDefined();
  expect([...filesOf('ftp').keys()].filter((file) => file.includes('ganesha'))).toEqual([]);
});
