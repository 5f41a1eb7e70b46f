import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDatagramKeys } from '../../agent/src/configuration/datagram-keys.ts';
import { verifyProcedure } from '../../agent/src/effects/procedure/sealed-procedure.ts';
import { readSemIdentity } from '../../agent/src/effects/transport/sem-identity.ts';
import type { AgentMetrics } from '../../agent/src/protocol/metrics.ts';
import type { KeysReport, PeerCheck } from '../../agent/src/protocol/keys-report.ts';
import type { AgentStatus } from '../../agent/src/protocol/status.ts';
import { runSteps } from '../../cli/src/bootstrap/steps.ts';
import type { Inventory } from '../../cli/src/inventory/inventory.ts';
import { checkInventory } from '../../cli/src/inventory/load-inventory.ts';
import { statePaths } from '../../cli/src/inventory/state-paths.ts';
import { generate } from '../../cli/src/generate/generate.ts';
import { ensureKeys } from '../../cli/src/keys/ensure-keys.ts';
import { keyFiles, type KeyHosts } from '../../cli/src/keys/rotation/key-hosts.ts';
import { rotationSteps } from '../../cli/src/keys/rotation/rotate-keys.ts';
import type { MachineKeys } from '../../cli/src/keys/rotation/rotation-steps.ts';
import { inventoryText } from '../unit/inventory/made-inventory.ts';
import { killed, startDriver, type Driver } from './support/driver.ts';
import { configurationOf } from './support/generated-configuration.ts';
import { createNetwork, type Network } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

/** mail and the witness are real agents; ftp is a transport that calls both without a pause. */
const SERVERS = ['mail', 'ftp'];
const WITNESS = 'files';
const MACHINES = [...SERVERS, WITNESS];
const AGENTS = ['mail', WITNESS];
const AGENT = resolve('agent/src/runtime/agent-main.ts');

describeAsRoot('dbssctl keys rotate', () => {
  let directory: string;
  let network: Network;
  let inventory: Inventory;
  let paths: ReturnType<typeof statePaths>;
  let ftp: Driver;
  const agents: Record<string, ChildProcess> = {};
  const complaints: string[] = [];
  const etc = (machine: string, file = ''): string => join(directory, machine, 'etc/dbss', file);

  const start = async (machine: string): Promise<void> => {
    const args = [process.execPath, AGENT, '--config', etc(machine, 'agent.json'), '--root', join(directory, machine)];
    const agent = spawn('ip', ['netns', 'exec', network.namespace(machine), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    agent.stderr.on('data', (chunk: Buffer) => complaints.push(`${machine}: ${chunk.toString()}`));
    agents[machine] = agent;
    const end_ms = performance.now() + 45_000;
    while ((await ask(machine, 'status').catch(() => undefined)) === undefined) {
      if (performance.now() > end_ms) throw new Error(`${machine} does not answer: ${complaints.join('')}`);
      await sleep(50);
    }
  };
  const ask = async (machine: string, command: string): Promise<object> => {
    const answer = await new Promise<string>((found, reject) => {
      let received = '';
      const socket = createConnection(join(directory, machine, 'run/dbss/agent.sock'), () =>
        socket.write(`${JSON.stringify({ command })}\n`),
      );
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      socket.on('error', () => reject(new Error(`${machine}: its agent does not answer`)));
      socket.on('close', () => found(received));
    });
    const value = JSON.parse(answer) as object;
    if ('error' in value) throw new Error(`${machine}: ${String(value.error)}`);
    return value;
  };
  const put = (machine: string, keys: MachineKeys): void => {
    mkdirSync(etc(machine, 'tls'), { recursive: true });
    for (const [name, content] of keyFiles(keys)) {
      writeFileSync(etc(machine, `${name}.new`), content);
      renameSync(etc(machine, `${name}.new`), etc(machine, name));
    }
  };
  const hosts: KeyHosts = {
    install: (machine, keys) => {
      put(machine, keys);
      return Promise.resolve();
    },
    reload: async (machine) => {
      if (machine !== 'ftp') return (await ask(machine, 'reload-keys')) as KeysReport;
      await ftp.ask('renew');
      return (await ftp.ask('report')) as KeysReport;
    },
    checkPeers: async (machine) =>
      machine === 'ftp'
        ? ((await ftp.ask('checkPeers')) as readonly PeerCheck[])
        : ((await ask(machine, 'check-peers')) as { readonly peers: readonly PeerCheck[] }).peers,
    captures: async (machine) => (machine === 'ftp' ? [] : (((await ask(machine, 'status')) as AgentStatus).procedures?.have ?? [])),
    bring: (machine, procedures) => {
      for (const [server, content] of Object.entries(procedures)) writeFileSync(procedureAt(machine, server), content);
      return Promise.resolve();
    },
    close: () => undefined,
  };
  const procedureAt = (machine: string, server: string): string => {
    mkdirSync(join(directory, machine, 'var/lib/dbss/procedures'), { recursive: true });
    return join(directory, machine, 'var/lib/dbss/procedures', `${server}.procedure`);
  };
  /** Whether a machine could make a virtual server of a server by the generated file: by the keys that lie on it now. */
  const opens = (machine: string, server: string): boolean => {
    const secrets = parseDatagramKeys(readFileSync(etc(machine, 'procedure.key'), 'utf8'));
    const sealed = readFileSync(procedureAt(machine, server));
    const keys = { identity: readSemIdentity(etc(machine, 'tls')), secrets };
    return verifyProcedure(sealed, { cluster: inventory.cluster, server }, keys).open().length > 0;
  };
  const rotate = async (goOn: boolean, options: { readonly hosts?: KeyHosts; readonly signal?: AbortSignal } = {}): Promise<void> => {
    const signal = options.signal ?? new AbortController().signal;
    await runSteps(rotationSteps(inventory, options.hosts ?? hosts, { goOn, signal }).steps, 'silent');
  };
  const keysHere = (): string => {
    const files = [paths.caCertificate, paths.caKey, paths.datagramKeys, ...MACHINES.map((machine) => paths.serverCertificate(machine))];
    return files.map((file) => readFileSync(file, 'utf8')).join();
  };
  const report = async (machine: string): Promise<KeysReport> => (await ask(machine, 'keys')) as KeysReport;
  const refusedByWitness = async (kind: string): Promise<number> => {
    const { families } = (await ask(WITNESS, 'metrics')) as AgentMetrics;
    const refused = families.find(({ name }) => name === 'dbss_sem_refused_total')?.samples ?? [];
    return refused.find(({ labels }) => labels['kind'] === kind)?.value ?? 0;
  };
  const failures = async (): Promise<readonly string[]> => ((await ftp.ask('steady')) as { readonly failures: string[] }).failures;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'dbss-rotation-'));
    network = createNetwork([...MACHINES, 'thief']);
    const witness = `    dbss_witness:\n      hosts:\n        ${WITNESS}: { ansible_host: 198.18.21.99, dbss_real_ip: 198.18.20.99 }\n`;
    inventory = checkInventory(join(directory, 'ring.yml'), inventoryText(SERVERS) + witness);
    paths = statePaths(inventory.path);
    await generate(inventory);
    for (const machine of MACHINES) {
      const own = {
        certificate: readFileSync(paths.serverCertificate(machine), 'utf8'),
        key: readFileSync(paths.serverKey(machine), 'utf8'),
      };
      const [authorities, datagramKeys] = [readFileSync(paths.caCertificate, 'utf8'), readFileSync(paths.datagramKeys, 'utf8')];
      const procedureKeys = machine === WITNESS ? undefined : readFileSync(paths.procedureKeys, 'utf8');
      put(machine, { authorities, own, datagramKeys, procedureKeys });
      writeFileSync(etc(machine, 'agent.json'), JSON.stringify(configurationOf(machine, inventory, network)));
    }
    for (const machine of AGENTS) await start(machine);
    const [self, ...peers] = ['ftp', ...AGENTS].map((name) => ({ name, address: network.address(name) }));
    ftp = await startDriver(
      network.namespace('ftp'),
      'transport-node',
      JSON.stringify({ self, peers }),
      etc('ftp', 'tls'),
      etc('ftp', 'datagram.key'),
      etc('ftp', 'procedure.key'),
    );
    await ftp.ask('keepCalling');
  }, 180_000);
  afterAll(async () => {
    await Promise.all([...Object.values(agents).map(killed), ftp.kill()]);
    network.remove();
    rmSync(directory, { recursive: true });
  });

  test('gives everybody new keys without one failed call and without a restart', async () => {
    const processes = AGENTS.map((machine) => agents[machine]?.pid);
    const before = await Promise.all(AGENTS.map(report));
    cpSync(etc('mail', 'tls'), join(directory, 'stolen'), { recursive: true });
    const thief = await startDriver(network.namespace('thief'), 'raw-client', join(directory, 'stolen'));
    const standing = thief.ask('silent', 'tls', network.address(WITNESS), 1, '', 30_000);
    await sleep(500);
    await rotate(false);
    await sleep(500);
    expect(await standing).toBe(1);
    expect(await refusedByWitness('outdated certificate')).toBeGreaterThan(0);
    await thief.kill();
    expect(await failures()).toEqual([]);
    expect(((await ftp.ask('steady')) as { readonly calls: number }).calls).toBeGreaterThan(100);
    expect(AGENTS.map((machine) => agents[machine]?.pid)).toEqual(processes);
    expect(AGENTS.every((machine) => agents[machine]?.exitCode === null)).toBe(true);
    for (const [index, machine] of AGENTS.entries()) {
      const after = await report(machine);
      expect(after.authorities).toHaveLength(1);
      expect(after.datagramKeys).toHaveLength(1);
      expect(after.authorities).not.toEqual(before[index]?.authorities);
      expect(after.certificate).not.toEqual(before[index]?.certificate);
      expect(after.datagramKeys).not.toEqual(before[index]?.datagramKeys);
    }
    expect(existsSync(paths.rotation)).toBe(false);
    for (const machine of SERVERS) for (const server of SERVERS) expect(opens(machine, server)).toBe(true);
    expect(existsSync(join(directory, WITNESS, 'var/lib/dbss/procedures'))).toBe(false);
    expect(await ensureKeys(inventory)).toEqual([]);
  });

  test('leaves the keys of before useless', async () => {
    const before = await refusedByWitness('handshake refused');
    const thief = await startDriver(network.namespace('thief'), 'raw-client', join(directory, 'stolen'));
    expect(await thief.ask('tls', network.address(WITNESS), Buffer.from('x').toString('base64'))).toBe('closed');
    await thief.kill();
    expect(await refusedByWitness('handshake refused')).toBe(before + 1);
  });

  test.each(['trust', 'change', 'forget'] as const)(
    'goes on where it was broken off in "%s"; until then everybody hears everybody',
    async (step) => {
      let installed = 0;
      const breaking = { trust: 2, change: 3 + 2, forget: 6 + 2 }[step];
      const broken: KeyHosts = {
        ...hosts,
        install: (machine, keys) => {
          installed += 1;
          return installed < breaking ? hosts.install(machine, keys) : Promise.reject(new Error(`${machine}: the cable fell out`));
        },
      };
      await expect(rotate(false, { hosts: broken })).rejects.toMatchObject({
        message: 'the rotation of the keys stopped: ftp: the cable fell out',
        hint: expect.stringContaining('keys rotate --continue'),
      });
      const halfway = keysHere();
      await ensureKeys(inventory);
      expect(keysHere()).toBe(halfway);
      for (const machine of MACHINES) expect((await hosts.checkPeers(machine)).filter(({ trouble }) => trouble !== null)).toEqual([]);
      await expect(rotate(false)).rejects.toMatchObject({
        message: expect.stringContaining('broken off at'),
        hint: expect.stringContaining('--continue'),
      });
      await rotate(true);
      expect((await report('mail')).authorities).toHaveLength(1);
      await expect(rotate(true)).rejects.toThrow('no rotation of the keys is under way');
      expect(await failures()).toEqual([]);
    },
  );

  test('stops between two machines when it is interrupted, and goes on', async () => {
    const interruption = new AbortController();
    const interrupted: KeyHosts = {
      ...hosts,
      reload: (machine) => {
        interruption.abort();
        return hosts.reload(machine);
      },
    };
    await expect(rotate(false, { hosts: interrupted, signal: interruption.signal })).rejects.toThrow(
      'the rotation of the keys was interrupted',
    );
    await rotate(true);
    expect(await failures()).toEqual([]);
  });

  test('reads damaged keys to no harm: the agent says so and keeps those in force', async () => {
    const before = await report('mail');
    const key = readFileSync(etc('mail', 'tls/server.key'));
    writeFileSync(etc('mail', 'tls/server.key'), readFileSync(etc('ftp', 'tls/server.key')));
    await expect(ask('mail', 'reload-keys')).rejects.toThrow('is not the key of server.pem');
    agents['mail']?.kill('SIGHUP');
    await sleep(200);
    expect(await report('mail')).toEqual(before);
    expect(complaints.join('')).toContain('the earlier ones stay in force');
    writeFileSync(etc('mail', 'tls/server.key'), key);
    expect(await ask('mail', 'reload-keys')).toEqual(before);
    expect(await failures()).toEqual([]);
  });

  test('does not begin while a machine is away, and changes nothing', async () => {
    const before = keysHere();
    await killed(agents[WITNESS] as ChildProcess);
    await expect(rotate(false)).rejects.toMatchObject({
      message: expect.stringMatching(/only changed while every machine is there\n[^]*files: its agent does not answer/),
      hint: expect.stringContaining('Nothing was changed'),
    });
    expect(keysHere()).toBe(before);
    expect(existsSync(paths.rotation)).toBe(false);
  });
});
