import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Duplex } from 'node:stream';
import type { Client, ConnectConfig, ServerHostKeyAlgorithm, SFTPWrapper } from 'ssh2';
import { BrokenError } from '../errors.ts';
import { knownHostKeys } from './known-hosts.ts';
import type { KnownHostKey } from './known-hosts.ts';
import { readSshSettings } from './ssh-settings.ts';
import type { SshSettings } from './ssh-settings.ts';

/** What a command on a server came to. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One ssh connection to one host: commands, its local sockets, its files. */
export class SshConnection {
  readonly host: string;
  readonly #client: Client;
  #open = true;

  private constructor(host: string, client: Client) {
    this.host = host;
    this.#client = client;
    client.on('close', () => {
      this.#open = false;
    });
    // An error after the handshake ends the connection; the call under way tells it, and the next one finds `isOpen` false.
    client.on('error', () => {
      this.#open = false;
    });
  }

  /**
   * Connect to `host` as `sshConfig` says, with the host's key checked against known_hosts.
   *
   * @param options.timeout_ms from the first step to a usable connection
   * @throws BrokenError naming the host and what to do
   */
  static async open(sshConfig: string, host: string, options: { timeout_ms: number }): Promise<SshConnection> {
    const settings = await readSshSettings(sshConfig, host);
    const [knownKeys, privateKey] = await Promise.all([readKnownKeys(settings), readIdentity(settings)]);
    const { default: ssh2 } = await import('ssh2');
    const client = new ssh2.Client();
    // A connection that is given up may still fail later: ssh2 tells that as an event, which without a listener would end the program.
    client.on('error', () => undefined);
    const socket = settings.proxyCommand === undefined ? undefined : startProxy(settings.proxyCommand);
    const config: ConnectConfig = {
      host: settings.hostname,
      port: settings.port,
      username: settings.user,
      privateKey,
      readyTimeout: options.timeout_ms,
      keepaliveInterval: 5_000,
      algorithms: { serverHostKey: knownKeys.map((known) => known.type as ServerHostKeyAlgorithm) },
      hostVerifier: (offered: Buffer) => knownKeys.some((known) => known.key.equals(offered)),
      ...(socket === undefined ? {} : { sock: socket }),
    };
    try {
      await new Promise<void>((resolve, reject) => {
        client.once('ready', resolve).once('error', reject);
        client.once('close', () => reject(new Error('the connection was closed before it was ready')));
        client.connect(config);
      });
    } catch (cause) {
      client.destroy();
      throw new BrokenError(
        `${host}: ssh to ${settings.user}@${settings.hostname} port ${settings.port} failed: ${(cause as Error).message}`,
        {
          cause,
          hint: `Try \`ssh -F ${sshConfig} ${host}\`: it says more.`,
        },
      );
    }
    return new SshConnection(host, client);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /**
   * Run a shell command and collect its output.
   *
   * @param options.onStdout is given the output as it comes; then none is collected
   */
  exec(command: string, options: { onStdout?: (chunk: Buffer) => void } = {}): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
      const onClosed = (): void => reject(new BrokenError(`${this.host}: the ssh connection ended during \`${command}\``));
      this.#client.once('close', onClosed);
      this.#client.exec(command, (error, channel) => {
        if (error !== undefined) {
          reject(new BrokenError(`${this.host}: cannot run \`${command}\``, { cause: error }));
          return;
        }
        const stdout: Buffer[] = [];
        const stderr: Buffer[] = [];
        channel.on('data', (chunk: Buffer) => (options.onStdout === undefined ? stdout.push(chunk) : options.onStdout(chunk)));
        channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
        channel.on('close', (code: number | null) => {
          this.#client.removeListener('close', onClosed);
          resolve({ code: code ?? 255, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
        });
      });
    });
  }

  /** Connect to a local (Unix) socket of the host. */
  openLocalSocket(path: string): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      this.#client.openssh_forwardOutStreamLocal(path, (error, channel) => {
        if (error === undefined) resolve(channel);
        else reject(new BrokenError(`${this.host}: nobody answers at ${path}`, { cause: error }));
      });
    });
  }

  /** A file transfer session; it ends with the connection. */
  sftp(): Promise<SFTPWrapper> {
    return new Promise((resolve, reject) => {
      this.#client.sftp((error, session) => {
        if (error === undefined) resolve(session);
        else reject(new BrokenError(`${this.host}: cannot start a file transfer`, { cause: error }));
      });
    });
  }

  close(): void {
    this.#client.destroy();
  }
}

async function readKnownKeys(settings: SshSettings): Promise<readonly KnownHostKey[]> {
  const bare = [settings.hostKeyAlias, settings.host, settings.hostname].filter((name) => name !== undefined);
  const names = settings.port === 22 ? bare : bare.map((name) => `[${name}]:${settings.port}`);
  const keys: KnownHostKey[] = [];
  for (const file of settings.knownHostsFiles) {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    });
    keys.push(...knownHostKeys(text, names));
  }
  if (keys.length === 0) {
    throw new BrokenError(`${settings.host}: its ssh host key is not in ${settings.knownHostsFiles.join(', ')}`, {
      hint: `Take the key from the server's console and add the line \`${settings.hostname} <type> <key>\` there.`,
    });
  }
  return keys;
}

async function readIdentity(settings: SshSettings): Promise<Buffer> {
  for (const file of settings.identityFiles) {
    try {
      return await readFile(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new BrokenError(`${settings.host}: no ssh key among ${settings.identityFiles.join(', ')}`, {
    hint: 'Run `dbssctl generate`: it makes the key. Then put its public part into root’s authorized_keys on the server.',
  });
}

/** Start the proxy command and make one stream of its standard input and output; destroying the stream ends the process. */
function startProxy(command: string): Duplex {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const stream = new Duplex({
    read: () => child.stdout.resume(),
    write: (chunk: Buffer, _encoding, done) => void child.stdin.write(chunk, done),
    final: (done) => void child.stdin.end(done),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) child.stdout.pause();
  });
  child.stdout.on('end', () => stream.push(null));
  child.stdin.on('error', (error) => stream.destroy(error));
  child.on('error', (error) => stream.destroy(error));
  child.on('close', () => {
    stream.destroy(complaint.trim() === '' ? undefined : new Error(complaint.trim()));
  });
  return stream;
}
