import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatDatagramKeys } from '../../agent/src/configuration/datagram-keys.ts';
import type { AgentConfiguration, WitnessConfiguration } from '../../agent/src/configuration/agent-configuration.ts';
import type { OwnershipConfiguration } from '../../agent/src/protocol/ring/ownership-configuration.ts';
import type { Request } from '../../agent/src/protocol/sem/messages.ts';
import { createAuthority } from './support/certificates.ts';
import { killed, startDriver, type Driver } from './support/driver.ts';
import { createNetwork, run, type Network } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

const SERVERS = ['mail', 'ftp'];
const WITNESS = 'files';
const AGENT = resolve('agent/src/runtime/agent-main.ts');

/** The witness and the server ftp are real agents; mail is a transport, and so is one who has the witness's key. */
describeAsRoot('a witness', () => {
  let directory: string;
  let network: Network;
  const agents: Record<string, ChildProcess> = {};
  const drivers: Driver[] = [];
  const at = (name: string, path: string): string => join(directory, name, path);

  const start = (name: string): { readonly agent: ChildProcess; readonly complaints: string[] } => {
    const args = [process.execPath, AGENT, '--config', at(name, 'etc/dbss/agent.json'), '--root', join(directory, name)];
    const agent = spawn('ip', ['netns', 'exec', network.namespace(name), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const complaints: string[] = [];
    agent.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
    return { agent, complaints };
  };
  const ask = (name: string, command: string): Promise<unknown> =>
    new Promise((found, reject) => {
      let received = '';
      const socket = createConnection(at(name, 'run/dbss/agent.sock'), () => socket.write(`${JSON.stringify({ command })}\n`));
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      socket.on('error', reject);
      socket.on('close', () => (received === '' ? reject(new Error('no answer')) : found(JSON.parse(received))));
    });
  const untilItAnswers = async (name: string, complaints: readonly string[]): Promise<void> => {
    const end_ms = performance.now() + 15_000;
    while ((await ask(name, 'status').catch(() => undefined)) === undefined) {
      if (performance.now() > end_ms) throw new Error(`${name} does not answer: ${complaints.join('')}`);
      await sleep(50);
    }
  };
  /** A transport of that name in the namespace of `node`, with one peer. */
  const transportOf = async (name: string, node: string, peer: string): Promise<(request: Request) => Promise<unknown>> => {
    const peers = [{ name: peer, address: network.address(peer) }];
    const options = JSON.stringify({ self: { name, address: network.address(node) }, peers });
    const driver = await startDriver(network.namespace(node), 'transport-node', options, join(directory, 'authority', name));
    drivers.push(driver);
    return async (request) => ((await driver.ask('call', peer, request, 2_000)) as { readonly answer?: unknown }).answer;
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'dbss-witness-'));
    network = createNetwork([...SERVERS, WITNESS, 'intruder']);
    const authority = createAuthority(directory, 'authority');
    authority.issue('mail');
    for (const [name, configuration] of [
      ['ftp', serverConfiguration('ftp', network)],
      [WITNESS, witnessConfiguration(network)],
    ] as const) {
      mkdirSync(at(name, 'etc/dbss'), { recursive: true });
      cpSync(authority.issue(name), at(name, 'etc/dbss/tls'), { recursive: true });
      writeFileSync(at(name, 'etc/dbss/agent.json'), JSON.stringify(configuration));
      writeFileSync(at(name, 'etc/dbss/datagram.key'), formatDatagramKeys([Buffer.alloc(32, 7)]), { mode: 0o600 });
      run('ip', '-n', network.namespace(name), 'addr', 'add', `${serviceAddress(name)}/32`, 'dev', 'lo');
      const { agent, complaints } = start(name);
      agents[name] = agent;
      await untilItAnswers(name, complaints);
    }
  });
  afterAll(async () => {
    await Promise.all([...Object.values(agents).map(killed), ...drivers.map((driver) => driver.kill())]);
    network.remove();
    rmSync(directory, { recursive: true });
  });

  test('tells through the control socket that it is one, and takes no order of a server', async () => {
    const boot_id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    expect(await ask(WITNESS, 'status')).toEqual({
      role: 'witness',
      name: WITNESS,
      cluster: 'integration',
      boot_id,
      voter: { uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
    });
    expect(await ask(WITNESS, 'reset-standby')).toEqual({ error: expect.stringMatching(/^no such command; known are status, /) });
  });

  test('answers the servers of the ring that it is there, and refuses everything else', async () => {
    const call = await transportOf('mail', 'mail', WITNESS);
    expect(await call({ kind: 'state' })).toMatchObject({ kind: 'state', executor: 'witness', holds_own_address: false });
    expect(await call({ kind: 'load' })).toEqual({ kind: 'refused', reason: 'files is the witness: it only votes' });
  });

  test('may order nothing from a server, whoever uses its key', async () => {
    const call = await transportOf(WITNESS, 'intruder', 'ftp');
    for (const kind of ['state', 'release-own-address', 'restart'] as const) {
      expect(await call({ kind })).toEqual({ kind: 'refused', reason: 'a witness only votes' });
    }
  });

  test('has no memory disk and holds no address, and says in its log that it has started', () => {
    expect(readdirSync(at(WITNESS, 'run/dbss'))).toEqual(['agent.sock']);
    expect(run('ip', '-n', network.namespace(WITNESS), '-4', '-o', 'addr', 'show', 'dev', 'eth0').trim().split('\n')).toHaveLength(1);
    expect(readFileSync(at(WITNESS, 'var/log/dbss/system.log'), 'utf8')).toMatch(/ Witness of the ring integration started\n$/);
  });

  test('runs once on a machine, and leaves at once on SIGTERM', async () => {
    const second = start(WITNESS);
    expect(await new Promise((end) => second.agent.once('exit', end))).toBe(1);
    expect(second.complaints.join('')).toContain('does another agent run?');
    const gone = new Promise((end) => agents[WITNESS]?.once('exit', end));
    agents[WITNESS]?.kill('SIGTERM');
    expect(await gone).toBe(0);
  });
});

/** Beside the SEM address; the witness opens a socket at each. */
function serviceAddress(name: string): string {
  return `198.18.65.${String(11 + [...SERVERS, WITNESS].indexOf(name))}`;
}

function ownershipOf(network: Network): OwnershipConfiguration {
  return {
    no_quorum: 'stop',
    duplicate_address: 'refuse',
    voters: [...SERVERS, WITNESS].map((name) => ({
      name,
      serviceAddress: serviceAddress(name),
      semAddress: network.address(name),
      weight: 1,
      witness: name === WITNESS,
    })),
    lease: { lease_ms: 2_000, long_lease_ms: 5_000, renewal_ms: 500, clock_error: 0.002, kernel_guard_ms: 10 },
  };
}

function witnessConfiguration(network: Network): WitnessConfiguration {
  const ownership = ownershipOf(network);
  const ports = { sem_port: 7410, datagram_port: 7411 };
  return { format: 1, role: 'witness', cluster: 'integration', self: WITNESS, quorum: 'majority', ownership, ...ports };
}

function serverConfiguration(self: string, network: Network): AgentConfiguration {
  const weights = { memory: 0.5, cpu: 0.25, network: 0.25 };
  return {
    format: 1,
    role: 'server',
    ring: {
      cluster: 'integration',
      self,
      method: 'ring',
      quorum: 'none',
      ownership: ownershipOf(network),
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
      servers: SERVERS.map((name, index) => ({
        number: index + 1,
        name,
        dataName: `${name}.dat`,
        semAddress: network.address(name),
        virtualServerAddress: `198.18.64.${String(211 + index)}`,
        services: [{ daemon: 'web', probe: 'http', port: 8080 }],
      })),
      gateway: network.address('mail'),
      service_prefix_length: 24,
      weights: { CPU: weights, NETWORK: weights, CPU_NET: weights },
      network_rate_kb_s: 250_000,
      log_seconds: false,
    },
    service_interface: 'eth0',
    sem_interface: 'eth0',
    sem_port: 7410,
    datagram_port: 7411,
    wake_on_lan_broadcasts: ['198.18.64.255'],
    standby: { domain: 'dbss-standby', mac: '02:db:55:00:01:12', memory_mb: 512 },
  };
}
