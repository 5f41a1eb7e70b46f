import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, cpSync, writeFileSync, existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentConfiguration } from '../../agent/src/configuration/agent-configuration.ts';
import { formatGroup } from '../../agent/src/protocol/management-files/group.ts';
import { formatManagementData } from '../../agent/src/protocol/management-files/management-data.ts';
import type { AgentStatus } from '../../agent/src/protocol/status.ts';
import { createAuthority } from './support/certificates.ts';
import { killed } from './support/driver.ts';
import { createNetwork, run, type Network } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

const NAMES = ['mail', 'ftp', 'web1'];
const AGENT = resolve('agent/src/runtime/agent-main.ts');
/**
 * Run a program where it cannot reach this machine's systemd, libvirt or reboot: the agents here are real and restart the machine of a
 * server whose service is ill. The mounts are in the private mount namespace of `ip netns exec`.
 */
const APART =
  'for hidden in /run/systemd /run/dbus /run/libvirt; do [ ! -d $hidden ] || mount -t tmpfs none $hidden || exit 1; done; ' +
  'exec setpriv --bounding-set -sys_boot --inh-caps -sys_boot "$@"';
const semAddress = (name: string): string => `198.18.65.${String(11 + NAMES.indexOf(name))}`;
const virtualIp = (name: string): string => `198.18.64.${String(111 + NAMES.indexOf(name))}`;

interface Agent {
  readonly process: ChildProcess;
  readonly complaints: string[];
  readonly exit: Promise<number | null>;
}

describeAsRoot('agents of a ring without hypervisors', () => {
  let directory: string;
  let network: Network;
  const agents: Record<string, Agent> = {};
  const services: ChildProcess[] = [];
  const at = (name: string, path: string): string => join(directory, name, path);

  const start = (name: string): Agent => {
    const args = [AGENT, '--config', at(name, 'etc/dbss/agent.json'), '--root', join(directory, name)];
    const child = spawn('ip', ['netns', 'exec', network.namespace(name), 'sh', '-c', APART, 'sh', process.execPath, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const complaints: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
    return { process: child, complaints, exit: new Promise((end) => child.once('exit', end)) };
  };
  const ask = (name: string, command: string): Promise<unknown> =>
    new Promise((found, reject) => {
      let received = '';
      const socket = createConnection(at(name, 'run/dbss/agent.sock'), () => socket.write(`${JSON.stringify({ command })}\n`));
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      socket.on('error', reject);
      socket.on('close', () => (received === '' ? reject(new Error('no answer')) : found(JSON.parse(received))));
    });
  const status = async (name: string): Promise<AgentStatus> => (await ask(name, 'status')) as AgentStatus;
  const systemLog = (name: string): string => readFileSync(at(name, 'var/log/dbss/system.log'), 'utf8');
  const until = async (what: string, holds: () => Promise<boolean>, limit_ms = 15_000): Promise<void> => {
    const end_ms = performance.now() + limit_ms;
    while (!(await holds().catch(() => false))) {
      if (performance.now() > end_ms) {
        const said = NAMES.map((name) => `${name}: ${agents[name]?.complaints.join('') ?? ''}`).join('\n');
        throw new Error(`not within ${String(limit_ms)} ms: ${what}\n${said}`);
      }
      await sleep(100);
    }
  };
  const everybody = async (holds: (name: string) => Promise<boolean>): Promise<boolean> => {
    for (const name of NAMES) if (!(await holds(name))) return false;
    return true;
  };
  const put = (name: string, file: string, content: string): void => {
    const temporary = at(name, 'run/dbss/.put');
    writeFileSync(temporary, content);
    renameSync(temporary, at(name, `run/dbss/${file}`));
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'dbss-agents-'));
    network = createNetwork([...NAMES, 'gateway']);
    const authority = createAuthority(directory, 'authority');
    for (const name of NAMES) {
      run('ip', '-n', network.namespace(name), 'addr', 'add', `${semAddress(name)}/24`, 'dev', 'eth0');
      mkdirSync(at(name, 'etc/dbss'), { recursive: true });
      cpSync(authority.issue(name), at(name, 'etc/dbss/tls'), { recursive: true });
      writeFileSync(at(name, 'etc/dbss/agent.json'), JSON.stringify(configurationOf(name, network)));
      const web = ['netns', 'exec', network.namespace(name), 'python3', '-m', 'http.server', '8080'];
      services.push(spawn('ip', web, { stdio: 'ignore', cwd: directory }));
    }
    await until('every service runs', () =>
      everybody(async (name) => run('ip', 'netns', 'exec', network.namespace(name), 'ss', '-ltnH').includes(':8080')),
    );
    for (const name of NAMES) agents[name] = start(name);
    await until('every agent answers', () => everybody(async (name) => (await status(name)).executor === 'waiting-for-files'));
  });
  afterAll(async () => {
    await Promise.all([...services, ...Object.values(agents).map((agent) => agent.process)].map(killed));
    network.remove();
    rmSync(directory, { recursive: true });
  });

  test('run the management program when files and flag have come, and hold their addresses', async () => {
    for (const name of NAMES) {
      for (const [file, content] of Object.entries(managementFiles(network))) put(name, file, content);
      put(name, 'flag', '');
    }
    await until('every program runs', () => everybody(async (name) => (await status(name)).executor === 'running'));
    await until('every address is held', () =>
      everybody(async (name) => (await status(name)).holds.some(({ vip, by }) => vip === virtualIp(name) && by === name)),
    );
    for (const name of NAMES) expect(run('ip', '-n', network.namespace(name), 'addr')).toContain(`${virtualIp(name)}/24`);
  });

  test('share their heartbeats, in memory and on the memory disk', async () => {
    await until('every heartbeat is everywhere', () =>
      everybody(async (name) => NAMES.every((other) => readFileSync(at(name, 'run/dbss/heartbeat'), 'utf8').includes(`${other} `))),
    );
    const [first] = await Promise.all(NAMES.map(status));
    expect(first?.files?.group).toBe(managementFiles(network)['group']);
    expect(first?.internal).toMatchObject({ network: true, services: { web: true } });
  });

  test('write a system log that goes on in a new file after SIGHUP', async () => {
    expect(systemLog('mail')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d\d DBSS_ftp_mail started$/m);
    renameSync(at('mail', 'var/log/dbss/system.log'), at('mail', 'var/log/dbss/system.log.1'));
    agents['mail']?.process.kill('SIGHUP');
    await until('a new log is written', async () => existsSync(at('mail', 'var/log/dbss/system.log')) && systemLog('mail').length > 0);
  });

  test('run once on a server: a second one says why it does not, and leaves the first alone', async () => {
    const second = start('mail');
    expect(await second.exit).toBe(1);
    expect(second.complaints.join('')).toContain('does another agent run?');
    expect((await status('mail')).executor).toBe('running');
  });

  test('leave at once on SIGTERM, with the address in place, and take up their work when started again', async () => {
    const started_ms = performance.now();
    agents['ftp']?.process.kill('SIGTERM');
    expect(await agents['ftp']?.exit).toBe(0);
    expect(performance.now() - started_ms).toBeLessThan(1_000);
    expect(run('ip', '-n', network.namespace('ftp'), 'addr')).toContain(virtualIp('ftp'));
    agents['ftp'] = start('ftp');
    await until('it runs and holds its address', async () => {
      const { executor, holds } = await status('ftp');
      return executor === 'running' && holds.some(({ by }) => by === 'ftp');
    });
  });

  test('stop the management program when the flag file is taken away', async () => {
    rmSync(at('web1', 'run/dbss/flag'));
    await until('it waits for the flag', async () => (await status('web1')).executor === 'waiting-for-flag');
  });
});

function managementFiles(network: Network): Readonly<Record<string, string>> {
  const data = NAMES.map((name) => [
    `data/${name}.dat`,
    formatManagementData({
      virtualIp: virtualIp(name),
      server: name,
      realIp: network.address(name),
      mac: network.mac(name),
      daemons: ['web'],
      type: 'CPU_NET',
    }),
  ]);
  const next = (index: number): string => NAMES[(index + 1) % NAMES.length] ?? '';
  return {
    ...(Object.fromEntries(data) as Record<string, string>),
    group: formatGroup(NAMES.map((server, index) => ({ number: index + 1, server, dataName: `${server}.dat` }))),
    operation: NAMES.map((name, index) => `${name} ${next(index)} ${next(index)}.dat\n`).join(''),
    separation: '',
    heartbeat: '',
    problem: '',
  };
}

function configurationOf(self: string, network: Network): AgentConfiguration {
  const weights = { memory: 0.5, cpu: 0.25, network: 0.25 };
  return {
    format: 1,
    role: 'server',
    ring: {
      cluster: 'integration',
      self,
      method: 'ring',
      quorum: 'none',
      timing: {
        interval_ms: 2_000,
        network_examination_ms: 1_000,
        service_examination_ms: 1_500,
        restart_wait_ms: 5_000,
        internal_monitoring_at_ms: 500,
        poll_ms: 500,
        answer_ms: 1_000,
        virtual_server_creation_ms: 10_000,
      },
      servers: NAMES.map((name, index) => ({
        number: index + 1,
        name,
        dataName: `${name}.dat`,
        semAddress: semAddress(name),
        virtualServerAddress: `198.18.64.${String(211 + index)}`,
        services: [{ daemon: 'web', probe: 'http', port: 8080 }],
      })),
      gateway: network.address('gateway'),
      service_prefix_length: 24,
      weights: { CPU: weights, NETWORK: weights, CPU_NET: weights },
      network_rate_kb_s: 250_000,
      log_seconds: true,
    },
    service_interface: 'eth0',
    sem_interface: 'eth0',
    sem_port: 7410,
    datagram_port: 7411,
    wake_on_lan_broadcasts: ['198.18.64.255'],
    standby: { domain: 'dbss-standby', mac: '02:db:55:00:01:12', memory_mb: 512 },
  };
}
