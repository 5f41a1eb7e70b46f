import { posix } from 'node:path';
import { promisify } from 'node:util';
import type { SFTPWrapper } from 'ssh2';
import type { KeysReport, PeerCheck } from '@dbss/agent/protocol/keys-report.ts';
import type { ProcedureStamp } from '@dbss/agent/protocol/procedure/procedure-stamp.ts';
import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import { AgentClient } from '../../deploy/agent-client.ts';
import { SshConnection } from '../../deploy/ssh-connection.ts';
import { BrokenError } from '../../errors.ts';
import type { MachineKeys } from './rotation-steps.ts';

/** The machines whose keys are changed. */
export interface KeyHosts {
  /** Put keys where the agent of a machine reads them. They are not in force before `reload`. */
  install(machine: string, keys: MachineKeys): Promise<void>;
  /** Let the agent read its keys again. @returns what is in force then */
  reload(machine: string): Promise<KeysReport>;
  /** Whether the agent reaches each other member over SEM, by connections made just now. */
  checkPeers(machine: string): Promise<readonly PeerCheck[]>;
  /**
   * What installation procedure files that servers captured a server has.
   * @throws BrokenError when its management program does not run: then it does not know, and seals nothing
   */
  captures(machine: string): Promise<readonly ProcedureStamp[]>;
  /** Put installation procedure files, by server, where the agent of a machine reads the generated ones. */
  bring(machine: string, procedures: Readonly<Record<string, Buffer>>): Promise<void>;
  close(): void;
}

const DIRECTORY = '/etc/dbss';
const PROCEDURES = '/var/lib/dbss/procedures';
const CONNECT_TIMEOUT_MS = 10_000;
/** An agent asks its peers for three seconds at most before it answers. */
const ANSWER_TIMEOUT_MS = 6_000;

/** The machines as they are reached by ssh; each step takes a connection of its own, so that one that went away is found. */
export function sshKeyHosts(sshConfig: string): KeyHosts {
  const client = new AgentClient(sshConfig, ANSWER_TIMEOUT_MS);
  return {
    install: (machine, keys) => install(sshConfig, machine, keys),
    reload: (machine) => client.reloadKeys(machine),
    checkPeers: (machine) => client.checkPeers(machine),
    captures: async (machine) => capturesIn(await client.status(machine)),
    bring: (machine, procedures) => bring(sshConfig, machine, procedures),
    close: () => client.close(),
  };
}

/**
 * What a status says of captured procedures.
 * @throws BrokenError when the agent does not know
 */
export function capturesIn({ server, executor, procedures }: AgentStatus): readonly ProcedureStamp[] {
  if (executor !== 'running') {
    throw new BrokenError(`${server}: its management program does not run`, {
      hint: `bring ${server} back into the ring: \`dbssctl ring show\` says more`,
    });
  }
  if (procedures?.listed === false) throw new BrokenError(`${server}: it has not looked yet what installation procedure files it has`);
  return procedures?.have ?? [];
}

/** File names below `/etc/dbss` with what stands in them. */
export function keyFiles({
  authorities,
  own,
  datagramKeys,
  procedureKeys,
}: MachineKeys): readonly (readonly [name: string, content: string])[] {
  return [
    ['tls/ca.pem', authorities],
    ['tls/server.key', own.key],
    ['tls/server.pem', own.certificate],
    ['datagram.key', datagramKeys],
    ...(procedureKeys === undefined ? [] : [['procedure.key', procedureKeys] as const]),
  ];
}

async function install(sshConfig: string, machine: string, keys: MachineKeys): Promise<void> {
  const connection = await SshConnection.open(sshConfig, machine, { timeout_ms: CONNECT_TIMEOUT_MS });
  try {
    const sftp = await connection.sftp();
    // All are there under other names before the first one is replaced: an agent that starts between two of them starts again a second later.
    for (const [name, content] of keyFiles(keys)) await write(sftp, unfinished(name), content);
    for (const [name] of keyFiles(keys)) await rename(sftp, unfinished(name), posix.join(DIRECTORY, name));
  } catch (cause) {
    throw new BrokenError(`${machine}: its keys in ${DIRECTORY} cannot be replaced: ${(cause as Error).message}`, {
      cause,
      hint: `see whether ${DIRECTORY} can be written there`,
    });
  } finally {
    connection.close();
  }
}

async function bring(sshConfig: string, machine: string, procedures: Readonly<Record<string, Buffer>>): Promise<void> {
  const connection = await SshConnection.open(sshConfig, machine, { timeout_ms: CONNECT_TIMEOUT_MS });
  try {
    const sftp = await connection.sftp();
    await makeDirectory(sftp, PROCEDURES);
    for (const [server, content] of Object.entries(procedures)) {
      const file = posix.join(PROCEDURES, `${server}.procedure`);
      await write(sftp, `${file}.new`, content);
      await rename(sftp, `${file}.new`, file);
    }
  } catch (cause) {
    throw new BrokenError(`${machine}: the installation procedure files in ${PROCEDURES} cannot be replaced: ${(cause as Error).message}`, {
      cause,
      hint: `see whether ${PROCEDURES} can be written there`,
    });
  } finally {
    connection.close();
  }
}

/** SFTP has no word for a directory that is there already: what is wrong with it is told by the first file. */
async function makeDirectory(sftp: SFTPWrapper, directory: string): Promise<void> {
  await promisify<string, { mode: number }, void>(sftp.mkdir.bind(sftp))(directory, { mode: 0o700 }).catch(() => undefined);
}

function unfinished(name: string): string {
  return posix.join(DIRECTORY, `${name}.new`);
}

async function write(sftp: SFTPWrapper, file: string, content: string | Buffer): Promise<void> {
  await promisify<string, string | Buffer, { mode: number }, void>(sftp.writeFile.bind(sftp))(file, content, { mode: 0o600 });
}

async function rename(sftp: SFTPWrapper, from: string, to: string): Promise<void> {
  await promisify<string, string, void>(sftp.ext_openssh_rename.bind(sftp))(from, to);
}
