import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import { reasonOf } from '../../reason-of.ts';
import { connectWithin, type Place } from '../connect.ts';
import type { TimeLimit } from '../time-limit.ts';
import type { Account } from './account.ts';

/** A user of a login server. */
export interface ShellLogin {
  readonly place: Place;
  readonly account: Account;
  /** The server's host keys in base64, as known_hosts has them. Where none is known none is asked for. */
  readonly hostKeys: readonly string[];
}

const LONGEST_OUTPUT_BYTES = 65_536;

/**
 * Log in, run a command and compare its output.
 *
 * @throws Error in words when the host key is another one, the login is refused, the command fails or says something else
 */
export async function runCommand(login: ShellLogin, command: string, output: string, limit: TimeLimit): Promise<void> {
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  // After the first error, for which we listen ourselves, the library may tell others.
  client.on('error', () => undefined);
  const socket = await connectWithin(login.place, limit);
  try {
    await limit.wait('the login', loginDone(client, { ...configuration(login), sock: socket, readyTimeout: limit.whole_ms }));
    const found = await limit.wait('the output of the command', outputOf(client, command));
    if (found !== output) throw new Error(`the command did not say what it should (it said ${String(found.length)} characters)`);
  } finally {
    client.destroy();
    socket.destroy();
  }
}

function configuration({ account, hostKeys }: ShellLogin): ConnectConfig {
  const password = { username: account.user, password: account.password, authHandler: ['password'] } satisfies ConnectConfig;
  if (hostKeys.length === 0) return password;
  const keys = hostKeys.map((key) => Buffer.from(key, 'base64'));
  return {
    ...password,
    algorithms: { serverHostKey: keys.map((key) => typeOf(key) as ServerHostKeyAlgorithm) },
    hostVerifier: (offered: Buffer) => keys.some((key) => key.equals(offered)),
  };
}

/** The name of its kind stands at the beginning of a key, after its length. */
function typeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

async function loginDone(client: Client, config: ConnectConfig): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.once('error', (cause) => reject(new Error(`waiting for the login: ${reasonOf(cause)}`)));
    client.once('close', () => reject(new Error('the connection was closed instead of the login')));
    client.connect(config);
  });
}

/**
 * What a command writes to its standard output. Its end may come together with its beginning, so that both are listened for at once.
 * @throws Error with what it wrote to its standard error when it fails
 */
async function outputOf(client: Client, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    client.once('close', () => reject(new Error('the connection was closed instead of the output of the command')));
    client.exec(command, (cause, channel) => {
      if (cause !== undefined) {
        reject(new Error(`waiting for the start of the command: ${reasonOf(cause)}`));
        return;
      }
      const texts = { out: '', err: '' };
      const take = (stream: keyof typeof texts, chunk: Buffer): void => {
        texts[stream] += chunk.toString('utf8');
        if (texts[stream].length > LONGEST_OUTPUT_BYTES) reject(new Error('the output of the command has no end'));
      };
      let status: number | null = null;
      channel.on('data', (chunk: Buffer) => take('out', chunk));
      channel.stderr.on('data', (chunk: Buffer) => take('err', chunk));
      channel.on('exit', (code: number | null) => (status = code));
      channel.on('close', () => {
        if (status === 0) resolve(texts.out);
        else if (status === null) reject(new Error('the command was ended by a signal'));
        else reject(new Error(`the command ended with exit code ${String(status)}: ${texts.err.trim().slice(0, 200)}`));
      });
    });
  });
}
