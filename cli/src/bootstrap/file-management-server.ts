import { posix } from 'node:path';
import { promisify } from 'node:util';
import type { SFTPWrapper } from 'ssh2';
import { MANAGEMENT_FILE_NAMES } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import { SshConnection } from '../deploy/ssh-connection.ts';
import { BrokenError } from '../errors.ts';

/** The memory disk of a server. */
const MEMORY_DISK = '/run/dbss';
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The file management server's part at the start of the system (§3.2): the management files go to the memory disk of all servers, and
 * only when all have them, the flag file. Only for servers on which the management program does not run.
 *
 * @throws BrokenError naming the server; nothing runs before every server has its files
 */
export async function sendFilesAndFlag(sshConfig: string, servers: readonly string[], files: ManagementFiles): Promise<void> {
  await onAll(sshConfig, servers, 'sending the management files', async (sftp) => {
    await removeOtherData(sftp, files);
    // The executor system takes the five files as complete when it sees them: the data goes first.
    for (const [name, text] of Object.entries(files.data)) await replace(sftp, `data/${name}`, text);
    for (const name of MANAGEMENT_FILE_NAMES) await replace(sftp, name, files[name]);
  });
  await onAll(sshConfig, servers, 'sending the flag file', (sftp) => replace(sftp, 'flag', ''));
}

/** Delete the flag file on the servers: their executor systems end the management program (Fig. 7(a)). */
export async function deleteFlag(sshConfig: string, servers: readonly string[]): Promise<void> {
  await onAll(sshConfig, servers, 'deleting the flag file', (sftp) => remove(sftp, posix.join(MEMORY_DISK, 'flag')));
}

async function onAll(
  sshConfig: string,
  servers: readonly string[],
  step: string,
  act: (sftp: SFTPWrapper) => Promise<void>,
): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const connection = await SshConnection.open(sshConfig, server, { timeout_ms: CONNECT_TIMEOUT_MS });
      try {
        await act(await connection.sftp());
      } catch (cause) {
        throw new BrokenError(`${server}: ${step} to ${MEMORY_DISK} failed: ${(cause as Error).message}`, {
          cause,
          hint: `See \`dbssctl log ${server}\` and \`systemctl status dbss-agent\` there, then run the same command again.`,
        });
      } finally {
        connection.close();
      }
    }),
  );
}

/** Write a file under a temporary name beside the files that the executor system looks at, then rename it over. */
async function replace(sftp: SFTPWrapper, name: string, text: string): Promise<void> {
  const temporary = posix.join(MEMORY_DISK, `.${name.replace('/', '-')}.new`);
  await promisify<string, string, { mode: number }, void>(sftp.writeFile.bind(sftp))(temporary, text, { mode: 0o600 });
  await promisify<string, string, void>(sftp.ext_openssh_rename.bind(sftp))(temporary, posix.join(MEMORY_DISK, name));
}

/** Management data of servers that are no longer in the ring. */
async function removeOtherData(sftp: SFTPWrapper, files: ManagementFiles): Promise<void> {
  const directory = posix.join(MEMORY_DISK, 'data');
  const entries = await new Promise<readonly string[]>((resolve, reject) => {
    sftp.readdir(directory, (error, list) => (error === undefined ? resolve(list.map((entry) => entry.filename)) : reject(error)));
  });
  for (const name of entries) {
    if (name.endsWith('.dat') && files.data[name] === undefined) await remove(sftp, posix.join(directory, name));
  }
}

const NO_SUCH_FILE = 2;

async function remove(sftp: SFTPWrapper, file: string): Promise<void> {
  try {
    await promisify<string, void>(sftp.unlink.bind(sftp))(file);
  } catch (error) {
    if ((error as { code?: unknown }).code !== NO_SUCH_FILE) throw error;
  }
}
