import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentConfiguration } from '../../../agent/src/configuration/agent-configuration.ts';
import { formatDatagramKeys } from '../../../agent/src/configuration/datagram-keys.ts';
import { formatGroup } from '../../../agent/src/protocol/management-files/group.ts';
import { formatManagementData } from '../../../agent/src/protocol/management-files/management-data.ts';
import type { RingConfiguration } from '../../../agent/src/protocol/ring/ring-configuration.ts';
import type { AgentStatus } from '../../../agent/src/protocol/status.ts';
import { createAuthority } from './certificates.ts';
import { killed } from './driver.ts';
import { createNetwork, run, type Network } from './namespaces.ts';

const AGENT = resolve('agent/src/runtime/agent-main.ts');
/**
 * Run a program where it cannot reach this machine's systemd, libvirt or reboot: the agents here are real and restart the machine of a
 * server whose service is ill. The mounts are in the private mount namespace of `ip netns exec`.
 */
const APART =
  'for hidden in /run/systemd /run/dbus /run/libvirt; do [ ! -d $hidden ] || mount -t tmpfs none $hidden || exit 1; done; ' +
  // What the agents measure is their ring, not how busy this machine is.
  'exec chrt --rr 1 setpriv --bounding-set -sys_boot --inh-caps -sys_boot "$@"';

export interface Agent {
  readonly process: ChildProcess;
  readonly complaints: string[];
  readonly exit: Promise<number | null>;
}

/** Servers in namespaces of their own, with a web service and a real agent each, and without hypervisors. */
export class AgentRing {
  readonly names: readonly string[];
  readonly network: Network;
  readonly agents: Record<string, Agent> = {};
  readonly #directory: string;
  readonly #services: ChildProcess[] = [];

  /** @param nodes further nodes of the network, on which nothing runs; `gateway` among them */
  constructor(
    names: readonly string[],
    nodes: readonly string[],
    configured: (ring: AgentRing) => Partial<RingConfiguration> = () => ({}),
  ) {
    this.names = names;
    this.#directory = mkdtempSync(join(tmpdir(), 'dbss-agents-'));
    this.network = createNetwork([...names, ...nodes]);
    const authority = createAuthority(this.#directory, 'authority');
    for (const name of names) {
      run('ip', '-n', this.network.namespace(name), 'addr', 'add', `${this.semAddress(name)}/24`, 'dev', 'eth0');
      mkdirSync(this.at(name, 'etc/dbss'), { recursive: true });
      cpSync(authority.issue(name), this.at(name, 'etc/dbss/tls'), { recursive: true });
      writeFileSync(this.at(name, 'etc/dbss/datagram.key'), formatDatagramKeys([Buffer.alloc(32, 7)]), { mode: 0o600 });
      const configuration = this.#configurationOf(name);
      writeFileSync(
        this.at(name, 'etc/dbss/agent.json'),
        JSON.stringify({ ...configuration, ring: { ...configuration.ring, ...configured(this) } }),
      );
      const web = ['netns', 'exec', this.network.namespace(name), 'python3', '-m', 'http.server', '8080'];
      this.#services.push(spawn('ip', web, { stdio: 'ignore', cwd: this.#directory }));
    }
  }

  /** Start every agent and wait until each answers. */
  async start(): Promise<void> {
    await this.until('every service runs', () =>
      this.everybody(async (name) => run('ip', 'netns', 'exec', this.network.namespace(name), 'ss', '-ltnH').includes(':8080')),
    );
    for (const name of this.names) this.agents[name] = this.startAgent(name);
    await this.until('every agent answers', () =>
      this.everybody(async (name) => (await this.status(name)).executor === 'waiting-for-files'),
    );
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#services, ...Object.values(this.agents).map((agent) => agent.process)].map(killed));
    this.network.remove();
    rmSync(this.#directory, { recursive: true });
  }

  at(name: string, path: string): string {
    return join(this.#directory, name, path);
  }

  semAddress(name: string): string {
    return `198.18.65.${String(11 + this.names.indexOf(name))}`;
  }

  virtualIp(name: string): string {
    return `198.18.64.${String(111 + this.names.indexOf(name))}`;
  }

  startAgent(name: string): Agent {
    const args = [AGENT, '--config', this.at(name, 'etc/dbss/agent.json'), '--root', join(this.#directory, name)];
    const child = spawn('ip', ['netns', 'exec', this.network.namespace(name), 'sh', '-c', APART, 'sh', process.execPath, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const complaints: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
    return { process: child, complaints, exit: new Promise((end) => child.once('exit', end)) };
  }

  ask(name: string, command: string, words: object = {}): Promise<unknown> {
    return new Promise((found, reject) => {
      let received = '';
      const line = `${JSON.stringify({ command, ...words })}\n`;
      const socket = createConnection(this.at(name, 'run/dbss/agent.sock'), () => socket.write(line));
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      socket.on('error', reject);
      socket.on('close', () => (received === '' ? reject(new Error('no answer')) : found(JSON.parse(received))));
    });
  }

  async status(name: string): Promise<AgentStatus> {
    return (await this.ask(name, 'status')) as AgentStatus;
  }

  systemLog(name: string): string {
    return readFileSync(this.at(name, 'var/log/dbss/system.log'), 'utf8');
  }

  async until(what: string, holds: () => Promise<boolean>, limit_ms = 15_000): Promise<void> {
    const end_ms = performance.now() + limit_ms;
    while (!(await holds().catch(() => false))) {
      if (performance.now() > end_ms) {
        const said = this.names.map((name) => `${name}: ${this.agents[name]?.complaints.join('') ?? ''}`).join('\n');
        throw new Error(`not within ${String(limit_ms)} ms: ${what}\n${said}`);
      }
      await sleep(100);
    }
  }

  async everybody(holds: (name: string) => Promise<boolean>): Promise<boolean> {
    for (const name of this.names) if (!(await holds(name))) return false;
    return true;
  }

  /** Put a management file on a server's memory disk as the file management server does. */
  put(name: string, file: string, content: string): void {
    const temporary = this.at(name, 'run/dbss/.put');
    writeFileSync(temporary, content);
    renameSync(temporary, this.at(name, `run/dbss/${file}`));
  }

  /** Send files and flag to every server and wait until each holds its address. */
  async bootstrap(): Promise<void> {
    for (const name of this.names) {
      for (const [file, content] of Object.entries(this.managementFiles())) this.put(name, file, content);
      this.put(name, 'flag', '');
    }
    await this.until('every program runs', () => this.everybody(async (name) => (await this.status(name)).executor === 'running'));
    await this.until('every address is held', () =>
      this.everybody(async (name) => (await this.status(name)).holds.some(({ vip, by }) => vip === this.virtualIp(name) && by === name)),
    );
  }

  managementFiles(): Readonly<Record<string, string>> {
    const data = this.names.map((name) => [
      `data/${name}.dat`,
      formatManagementData({
        virtualIp: this.virtualIp(name),
        server: name,
        realIp: this.network.address(name),
        mac: this.network.mac(name),
        daemons: ['web'],
        type: 'CPU_NET',
      }),
    ]);
    const next = (index: number): string => this.names[(index + 1) % this.names.length] ?? '';
    return {
      ...(Object.fromEntries(data) as Record<string, string>),
      group: formatGroup(this.names.map((server, index) => ({ number: index + 1, server, dataName: `${server}.dat` }))),
      operation: this.names.map((name, index) => `${name} ${next(index)} ${next(index)}.dat\n`).join(''),
      separation: '',
      heartbeat: '',
      problem: '',
    };
  }

  #configurationOf(self: string): AgentConfiguration {
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
        servers: this.names.map((name, index) => ({
          number: index + 1,
          name,
          dataName: `${name}.dat`,
          semAddress: this.semAddress(name),
          virtualServerAddress: `198.18.64.${String(211 + index)}`,
          services: [{ daemon: 'web', probe: 'http', port: 8080 }],
        })),
        gateway: this.network.address('gateway'),
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
}
