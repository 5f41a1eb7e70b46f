import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentConfiguration } from '@dbss/agent/configuration/agent-configuration.ts';
import { standbyMac } from '../../../cli/src/generate/agent-configuration.ts';
import { generateAll } from '../../../cli/src/generate/generate-all.ts';
import { shellQuote } from '@dbss/agent/configuration/procedure-settings.ts';
import { fillTemplate } from '../../../cli/src/generate/templates.ts';
import { checkInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { LAB, labInventory, replaced } from '../inventory/lab-inventory.ts';
import { inventoryText } from '../inventory/made-inventory.ts';
import { generatedFrom, materialFor, TEMPLATES, textOf } from './materials.ts';

const files = generatedFrom(labInventory());

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-generate-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Unpack an installation procedure file with tar, as the virtual server does. */
function unpack(server: string, from = files): (name: string) => string {
  const procedure = path.join(directory, `${server}.procedure`);
  writeFileSync(procedure, from.get(`procedures/${server}.procedure`)!.content);
  const { status, stderr } = spawnSync('tar', ['-xzf', procedure, '-C', directory], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return (name) => readFileSync(path.join(directory, name), 'utf8');
}

test('the same inventory gives the same bytes', () => {
  const again = generateAll(labInventory(), materialFor(labInventory()), TEMPLATES);
  expect(again.map(({ path: name, mode }) => [name, mode])).toEqual([...files.values()].map(({ path: name, mode }) => [name, mode]));
  for (const file of again) expect(Buffer.from(file.content)).toEqual(Buffer.from(files.get(file.path)!.content));
});

test('nothing is generated twice', () => {
  const paths = generateAll(labInventory(), materialFor(labInventory()), TEMPLATES).map((file) => file.path);
  expect(new Set(paths).size).toBe(paths.length);
});

test('only root may read what holds a secret', () => {
  for (const file of files.values()) {
    if (/hash-of-|key of /.test(file.content.toString()) || file.path.endsWith('.procedure'))
      expect([file.path, file.mode]).toEqual([file.path, 0o600]);
  }
});

describe('an installation procedure file (§3.1)', () => {
  test('holds its script, settings, users and the configuration of its daemons, and no network files', () => {
    writeFileSync(path.join(directory, 'p.tar.gz'), files.get('procedures/login.procedure')!.content);
    const { stdout } = spawnSync('tar', ['-tvzf', path.join(directory, 'p.tar.gz'), '--full-time', '--utc'], { encoding: 'utf8' });
    const entries = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/));
    expect(entries.map((fields) => `${fields[0]!} ${fields[5]!}`)).toEqual([
      '-rwxr-xr-x install.sh',
      '-rw------- procedure.conf',
      '-rw-r--r-- passwd',
      '-rw------- shadow',
      '-rw-r--r-- group',
      '-rw-r--r-- rootfs/etc/ssh/sshd_config.d/dbss.conf',
      '-rw------- rootfs/etc/ssh/ssh_host_ed25519_key',
      '-rw-r--r-- rootfs/etc/ssh/ssh_host_ed25519_key.pub',
    ]);
    expect(entries.every((fields) => fields[1] === 'root/root' && fields[3] === '1970-01-01' && fields[4] === '00:00:00')).toBe(true);
  });

  test('its settings are read by a shell', () => {
    const read = unpack('mail');
    expect(read('procedure.conf')).toBe(
      [
        "SERVER='mail'",
        "VERSION=''",
        "DAEMONS='postfix dovecot'",
        "LISTENERS='postfix:0019 dovecot:008F'",
        "UNITS=''",
        "HOST_NAME='mailb'",
        "STORAGE_SOURCE='198.18.0.10:/export'",
        "STORAGE_MOUNT_POINT='/srv/dbss'",
        "STORAGE_FSTYPE='nfs4'",
        "STORAGE_OPTIONS='rw,hard,noatime'",
        "GATEWAY='198.18.0.1'",
        '',
      ].join('\n'),
    );
    const shell = spawnSync('sh', ['-c', '. ./procedure.conf; echo "$DAEMONS"'], { cwd: directory, encoding: 'utf8' });
    expect(shell.stdout).toBe('postfix dovecot\n');
  });

  test('its users are lines for passwd, shadow and group, with homes on the shared storage', () => {
    const read = unpack('ftp');
    expect(read('passwd')).toBe('alice:x:2001:2001::/srv/dbss/home/alice:/bin/bash\n');
    expect(read('shadow')).toBe('alice:$6$salt$hash-of-alice::0:99999:7:::\n');
    expect(read('group')).toBe('alice:x:2001:\n');
  });

  test('it takes the mount point of virtual servers, the host takes its own', () => {
    const text = replaced(LAB, 'source: /mnt/lab-export, mount_point: /srv/dbss', 'source: /mnt/lab-export, mount_point: /data');
    const generated = generatedFrom(checkInventory('/site/lab.yml', text));
    const read = unpack('web1', generated);
    const site = 'etc/apache2/sites-available/000-default.conf';
    expect(read(`rootfs/${site}`)).toContain('DocumentRoot /srv/dbss/www/web1\n');
    expect(textOf(generated, `hosts/web1/rootfs/${site}`)).toContain('DocumentRoot /data/www/web1\n');
  });

  test('every server has the key of the installation procedure files, and the witness has not', () => {
    const holders = [...files.keys()].filter((name) => name.endsWith('/etc/dbss/procedure.key')).map((name) => name.split('/')[1]);
    expect(holders).toEqual(labInventory().servers.map(({ name }) => name));
  });

  test("a ring without shared storage has none in its settings, and its users' homes on each machine", () => {
    const generated = generatedFrom(checkInventory('/site/a.yml', inventoryText(['a', 'b'])));
    expect(unpack('a', generated)('procedure.conf')).toContain("STORAGE_SOURCE=''\nSTORAGE_MOUNT_POINT=''\n");
  });

  test.each(["it's", 'a b', '$HOME', '`id`', '"', '\\', "''"])('a setting of %j reaches the shell as it is', (value) => {
    const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellQuote(value)}`], { encoding: 'utf8' });
    expect(stdout).toBe(value);
  });
});

describe('what a server gets', () => {
  test('vars.json holds what the roles copy, create and start', () => {
    expect(JSON.parse(textOf(files, 'hosts/web1/vars.json'))).toEqual({
      dbss_server: 'web1',
      dbss_daemons: ['apache2'],
      dbss_packages: ['apache2'],
      dbss_users: [{ name: 'alice', uid: 2001, password_hash: '$6$salt$hash-of-alice', home: '/srv/dbss/home/alice' }],
      dbss_directories: [{ path: '/srv/dbss/www/web1', mode: '0755' }],
      dbss_check_files: [],
      dbss_storage_mount: { src: '/mnt/lab-export', path: '/srv/dbss', fstype: 'none', opts: 'bind' },
      dbss_storage_packages: [],
    });
  });

  test("the agent's configuration holds the weights of §3.3, both broadcast addresses and the storage of virtual servers", () => {
    const configuration = JSON.parse(textOf(files, 'hosts/ftp/rootfs/etc/dbss/agent.json')) as AgentConfiguration;
    expect(configuration.ring.weights).toEqual({
      CPU: { memory: 0.5, cpu: 0.4, network: 0.1 },
      NETWORK: { memory: 0.5, cpu: 0.1, network: 0.4 },
      CPU_NET: { memory: 0.5, cpu: 0.25, network: 0.25 },
    });
    expect(configuration).toMatchObject({
      service_interface: 'br0',
      sem_interface: 'eth1',
      sem_port: 7410,
      wake_on_lan_broadcasts: ['198.18.0.255', '198.18.1.255'],
      standby: { domain: 'dbss-standby', memory_mb: 512 },
      shared_storage: { source: '198.18.0.10:/export', mount_point: '/srv/dbss', fstype: 'nfs4', options: 'rw,hard,noatime' },
      capture: { paths: [], excludes: [], real_mount_point: '/srv/dbss' },
    });
  });

  test('each server has its own certificate and key, and the CA', () => {
    expect(textOf(files, 'hosts/ftp/rootfs/etc/dbss/tls/ca.pem')).toBe('certificate of the CA\n');
    expect(textOf(files, 'hosts/ftp/rootfs/etc/dbss/tls/server.pem')).toBe('certificate of ftp\n');
    expect(textOf(files, 'hosts/ftp/rootfs/etc/dbss/tls/server.key')).toBe('key of ftp\n');
  });

  test('br0 holds the real IP with the prefix of the service network, and keeps what the agent adds', () => {
    const network = textOf(files, 'hosts/ftp/rootfs/etc/systemd/network/10-dbss-br0.network');
    expect(network).toContain('Address=198.18.0.12/24\nGateway=198.18.0.1\n');
    expect(network).toContain('KeepConfiguration=static\n');
    expect(textOf(files, 'hosts/ftp/rootfs/etc/systemd/network/10-dbss-br0.netdev')).toContain('MACAddress=02:db:55:00:00:12\n');
  });

  test('vsftpd answers PASV with the address to which the client came', () => {
    const configuration = textOf(files, 'hosts/ftp/rootfs/etc/vsftpd.conf');
    expect(configuration).not.toMatch(/^pasv_address/m);
    expect(configuration).toMatch(/^pasv_max_port=/m);
  });

  test.each(['hosts/mail/rootfs/', 'procedures/mail.procedure'])(
    'postfix finds users outside the root directory of its daemons: %s',
    (place) => {
      const name = 'etc/postfix/main.cf';
      const configuration = place.endsWith('.procedure') ? unpack('mail')(`rootfs/${name}`) : textOf(files, `${place}${name}`);
      expect(configuration).toMatch(/^local_recipient_maps = proxy:unix:passwd\.byname$/m);
    },
  );

  test('another port of a daemon stands in its configuration', () => {
    const text = replaced(LAB, '{ daemon: squid, probe: proxy, port: 3128 }', '{ daemon: squid, port: 8080 }');
    const generated = generatedFrom(checkInventory('/site/lab.yml', text));
    expect(textOf(generated, 'hosts/proxy/rootfs/etc/squid/squid.conf')).toContain('http_port 8080\n');
  });
});

test("a standby's MAC address is locally administered, unicast and different in every cluster and on every server", () => {
  const macs = [standbyMac('lab', 'ftp'), standbyMac('lab', 'web1'), standbyMac('small', 'ftp')];
  expect(new Set(macs).size).toBe(3);
  for (const mac of macs) expect(mac).toMatch(/^06(:[0-9a-f]{2}){5}$/);
});

test('a template with a word that nobody knows is told', () => {
  expect(() => fillTemplate('templates/services/x/y', 'a {{sever}}', { server: 'ftp' })).toThrow(
    'templates/services/x/y: nothing is known for {{sever}}',
  );
});
