import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { readKeyMaterial } from '../../../cli/src/generate/key-material.ts';
import { checkInventory } from '../../../cli/src/inventory/load-inventory.ts';
import type { Inventory } from '../../../cli/src/inventory/inventory.ts';
import { statePaths } from '../../../cli/src/inventory/state-paths.ts';
import { authorityAdvice, createAuthority, ensureAuthority, ensureServerCertificate } from '../../../cli/src/keys/certificates.ts';
import { ensureKeys } from '../../../cli/src/keys/ensure-keys.ts';
import { readSecrets } from '../../../cli/src/keys/secrets.ts';
import { LAB, labInventory, replaced } from '../inventory/lab-inventory.ts';
import { inventoryText } from '../inventory/made-inventory.ts';

const DAY_MS = 24 * 3600 * 1000;
let directory: string;
let inventory: Inventory;
let paths: ReturnType<typeof statePaths>;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-keys-'));
  inventory = labInventory(path.join(directory, 'lab.yml'));
  paths = statePaths(inventory.path);
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Every file below the state directory with its bytes. */
function everything(): Readonly<Record<string, string>> {
  const entries = readdirSync(paths.root, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map((entry) => path.join(entry.parentPath, entry.name)).map((file) => [file, readFileSync(file, 'latin1')]),
  );
}

test('a second call makes nothing and changes no byte', async () => {
  expect(await ensureKeys(inventory)).toContain('keys/ca.pem');
  const before = everything();
  expect(await ensureKeys(inventory)).toEqual([]);
  expect(everything()).toEqual(before);
});

test('private keys and secrets are open to their owner alone', async () => {
  await ensureKeys(inventory);
  const secret = [
    paths.sshKey,
    paths.caKey,
    paths.serverKey('ftp'),
    paths.datagramKeys,
    paths.procedureKeys,
    paths.secrets,
    paths.hostKey('ftp'),
    paths.sshConfig,
  ];
  expect(secret.map((file) => statSync(file).mode & 0o777)).toEqual(secret.map(() => 0o600));
  expect([paths.root, paths.keys].map((file) => statSync(file).mode & 0o777)).toEqual([0o700, 0o700]);
});

test('a state directory that others may enter is closed', async () => {
  await ensureKeys(inventory);
  chmodSync(paths.root, 0o755);
  await ensureKeys(inventory);
  expect(statSync(paths.root).mode & 0o777).toBe(0o700);
});

test('a new server and a new user get keys, the others keep theirs', async () => {
  await ensureKeys(inventory);
  const before = everything();
  const text = replaced(LAB, '        ftp:\n', '        drop:\n').replace('uid: 2001 }', 'uid: 2001 }\n      - { name: bob, uid: 2002 }');
  expect(await ensureKeys(checkInventory(inventory.path, text))).toEqual([
    'keys/servers/drop.pem',
    'keys/secrets.json',
    'keys/hostkeys/drop/ssh_host_ed25519_key',
    'keys/known_hosts',
    'ssh_config',
  ]);
  expect(everything()).toMatchObject({ [paths.serverKey('mail')]: before[paths.serverKey('mail')] });
  const old = JSON.parse(before[paths.secrets]!) as Awaited<ReturnType<typeof readSecrets>>;
  const { users } = await readSecrets(paths.secrets);
  expect(users['alice']).toEqual(old.users['alice']);
  expect(Object.keys(users)).toEqual(['alice', 'bob']);
});

test('an interrupted run is finished: a missing certificate is made again under the same CA', async () => {
  await ensureKeys(inventory);
  const ca = readFileSync(paths.caCertificate, 'utf8');
  rmSync(paths.serverCertificate('ftp'));
  rmSync(paths.sshPublicKey);
  expect(await ensureKeys(inventory)).toEqual(['keys/id_ed25519', 'keys/servers/ftp.pem']);
  expect(readFileSync(paths.caCertificate, 'utf8')).toBe(ca);
});

test('certificates of another CA are made again', async () => {
  await ensureKeys(inventory);
  const other = await createAuthority('lab', new Date());
  writeFileSync(paths.caCertificate, other.certificate);
  writeFileSync(paths.caKey, other.key);
  const made = await ensureKeys(inventory);
  const machines = [...inventory.servers.map(({ name }) => name), 'files'];
  expect(made).toEqual(machines.map((name) => `keys/servers/${name}.pem`));
});

test('a CA of which a part is missing, or whose key is another one, is not replaced: the ring believes it', async () => {
  await ensureKeys(inventory);
  const [certificate, key] = [readFileSync(paths.caCertificate), readFileSync(paths.caKey)];
  const damages: readonly [string, () => void][] = [
    [`${paths.caKey}: is missing`, () => rmSync(paths.caKey)],
    [`${paths.caCertificate}: is missing, and there are certificates of servers`, () => rmSync(paths.caCertificate)],
    [`${paths.caKey}: is not the key of`, () => writeFileSync(paths.caKey, readFileSync(paths.serverKey('ftp')))],
  ];
  for (const [message, damage] of damages) {
    damage();
    const before = everything();
    await expect(ensureKeys(inventory)).rejects.toThrow(message);
    expect(everything()).toEqual(before);
    writeFileSync(paths.caCertificate, certificate);
    writeFileSync(paths.caKey, key);
  }
  expect(await ensureKeys(inventory)).toEqual([]);
});

test('a first run that was interrupted behind the key of its CA is finished', async () => {
  mkdirSync(paths.serverCertificates, { recursive: true });
  writeFileSync(paths.caKey, (await createAuthority('lab', new Date())).key);
  expect(await ensureKeys(inventory)).toContain('keys/ca.pem');
});

test('a certificate is made again within half a year of its end; the CA is not, but its end is told', async () => {
  await ensureKeys(inventory);
  const soon = new Date(Date.now() + 3300 * DAY_MS);
  const authority = await ensureAuthority('lab', paths, soon);
  expect(authority.made).toBe(false);
  expect(await ensureServerCertificate('ftp', authority, paths, soon)).toBe(false);
  expect(authorityAdvice(readFileSync(paths.caCertificate, 'utf8'), soon)).toEqual([]);
  const late = new Date(Date.now() + 3500 * DAY_MS);
  const same = await ensureAuthority('lab', paths, late);
  expect(same.made).toBe(false);
  expect(await ensureServerCertificate('ftp', same, paths, late)).toBe(true);
  expect(authorityAdvice(readFileSync(paths.caCertificate, 'utf8'), late)).toEqual([expect.stringMatching(/CA ends on .*keys rotate/)]);
  const over = new Date(Date.now() + 3700 * DAY_MS);
  expect((await ensureAuthority('lab', paths, over)).made).toBe(true);
});

test('a damaged certificate is told with what to do', async () => {
  await ensureKeys(inventory);
  writeFileSync(paths.caCertificate, 'nonsense');
  await expect(ensureKeys(inventory)).rejects.toMatchObject({
    message: `${paths.caCertificate}: the certificate is damaged`,
    hint: expect.stringContaining('from a copy') as unknown,
  });
});

test('a password fits its hash', async () => {
  await ensureKeys(inventory);
  const { users } = await readSecrets(paths.secrets);
  const { password, hash } = users['alice']!;
  const salt = hash.split('$')[2]!;
  const { stdout } = spawnSync('openssl', ['passwd', '-6', '-salt', salt, '-stdin'], { input: `${password}\n`, encoding: 'utf8' });
  expect(stdout.trim()).toBe(hash);
  expect((await readKeyMaterial(inventory)).passwordHashes).toEqual({ alice: hash });
});

test('known_hosts of a lab knows every machine by name and addresses', async () => {
  await ensureKeys(inventory);
  const lines = readFileSync(paths.knownHosts, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(7);
  const [, key] = readFileSync(paths.hostPublicKey('files'), 'utf8').split(' ');
  expect(lines.at(-1)).toBe(`files,198.18.1.10,198.18.0.10 ssh-ed25519 ${key!}`);
});

test('a witness that is no file server of a lab is reached by ssh like a server', async () => {
  const witness = '    dbss_witness:\n      hosts:\n        files: { ansible_host: 198.18.21.99, dbss_real_ip: 198.18.20.99 }\n';
  const real = checkInventory(path.join(directory, 'lab.yml'), inventoryText(['a', 'b', 'c']) + witness);
  await ensureKeys(real);
  for (const host of ['files', '198.18.21.99']) {
    const { stdout } = spawnSync('ssh', ['-F', paths.sshConfig, '-G', host], { encoding: 'utf8' });
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['hostname 198.18.21.99', `identityfile ${paths.sshKey}`]));
  }
});

test("known_hosts of real hosts is the administrator's: made empty, then left alone", async () => {
  const real = checkInventory(path.join(directory, 'lab.yml'), inventoryText(['a', 'b']));
  await ensureKeys(real);
  expect(readFileSync(paths.knownHosts, 'utf8')).toBe('');
  writeFileSync(paths.knownHosts, 'a ssh-ed25519 AAAA\n');
  expect(await ensureKeys(real)).toEqual([]);
  expect(readFileSync(paths.knownHosts, 'utf8')).toBe('a ssh-ed25519 AAAA\n');
});

test('ssh reaches a machine by name and address, through the lab, and only with a known host key', async () => {
  await ensureKeys(inventory);
  for (const host of ['ftp', '198.18.1.12']) {
    const { stdout } = spawnSync('ssh', ['-F', paths.sshConfig, '-G', host], { encoding: 'utf8' });
    const settings = stdout.split('\n');
    expect(settings).toEqual(
      expect.arrayContaining([
        'hostname 198.18.1.12',
        'user root',
        `identityfile ${paths.sshKey}`,
        `userknownhostsfile ${paths.knownHosts}`,
        'stricthostkeychecking true',
        expect.stringMatching(/^proxycommand ip netns exec dbss-lab-[0-9a-f]{6}-ctl nc %h %p$/),
      ]),
    );
    const socket = settings.find((line) => line.startsWith('controlpath '));
    // ssh adds a dot and 16 characters while it makes the socket; a socket's path has room for 107.
    if (socket !== undefined) expect(socket.length - 'controlpath '.length + 17).toBeLessThanOrEqual(107);
  }
});

test('two servers talk by mutual TLS 1.3, each as client and as server, and know each other by name', async () => {
  await ensureKeys(inventory);
  const { caCertificate, servers } = await readKeyMaterial(inventory);
  const end = (name: string): { ca: string; cert: string; key: string } => ({
    ca: caCertificate,
    cert: servers[name]!.certificate,
    key: servers[name]!.key,
  });
  for (const [client, server] of [
    ['mail', 'ftp'],
    ['ftp', 'mail'],
  ] as const) {
    const listener = createServer({ ...end(server), requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }).listen(
      0,
      '127.0.0.1',
    );
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    const accepted = once(listener, 'secureConnection') as Promise<[TLSSocket]>;
    const socket = connect({ ...end(client), host: '127.0.0.1', port, servername: server, minVersion: 'TLSv1.3' });
    await once(socket, 'secureConnect');
    const [peer] = await accepted;
    expect(socket.getPeerCertificate().subject.CN).toBe(server);
    expect(peer.getPeerCertificate().subject.CN).toBe(client);
    socket.destroy();
    peer.destroy();
    listener.close();
    await once(listener, 'close');
  }
});
