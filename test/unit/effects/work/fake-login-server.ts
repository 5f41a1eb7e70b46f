import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';
import { listening } from './fake-servers.ts';

/** What a command writes to its standard output, and its exit code. */
export interface CommandAnswer {
  readonly output: string;
  readonly status: number;
}

/**
 * An ssh server with one user, `alice`, whose password is `secret`.
 *
 * @param hostKey private
 * @returns its port on loopback
 */
export async function fakeLoginServer(hostKey: string, answer: (command: string) => CommandAnswer): Promise<number> {
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (attempt) => {
      const right = attempt.method === 'password' && attempt.username === 'alice' && digest(attempt.password) === digest('secret');
      if (right) attempt.accept();
      else attempt.reject(['password']);
    });
    connection.on('session', (accept) => {
      accept().on('exec', (acceptCommand, _reject, { command }) => {
        const channel = acceptCommand();
        const { output, status } = answer(command);
        channel.write(output);
        if (status !== 0) channel.stderr.write('no such file');
        channel.exit(status);
        channel.end();
      });
    });
  });
  return listening((socket) => server.injectSocket(socket));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
