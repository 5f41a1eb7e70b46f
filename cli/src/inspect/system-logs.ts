import { SshConnection } from '../deploy/ssh-connection.ts';
import { BrokenError } from '../errors.ts';

/** The seconds of waiting, and `Wait`: most of the log, and nothing that anybody reads back. */
export const WAITING = '^[0-9-]+ [0-9:.]+ (__)?([0-9]+|Wait)$';

/** Where an agent writes the system log (§5.2). */
const SYSTEM_LOG = '/var/log/dbss/system.log';
const CONNECT_TIMEOUT_MS = 5_000;

export interface SystemLogText {
  readonly server: string;
  /** Minutes by which the server's local time, in which its log is written, is ahead of UTC. */
  readonly utcOffset_min: number;
  readonly text: string;
}

/**
 * A server's system log, rotated parts included, oldest lines first.
 *
 * @throws BrokenError when the server cannot be reached or has no log
 */
export async function readSystemLog(sshConfig: string, server: string): Promise<SystemLogText> {
  const connection = await SshConnection.open(sshConfig, server, { timeout_ms: CONNECT_TIMEOUT_MS });
  try {
    const command = `date +%z; ls -tr ${SYSTEM_LOG}* | while read -r part; do case $part in *.gz) zcat "$part";; *) cat "$part";; esac; done | grep -Ev '${WAITING}'`;
    const { code, stdout, stderr } = await connection.exec(command);
    // grep ends with 1 when no line is left, which is no failure.
    if (code > 1 || stderr !== '') throw noLog(server, stderr);
    const end = stdout.indexOf('\n');
    return { server, utcOffset_min: offsetMinutes(stdout.slice(0, end)), text: stdout.slice(end + 1) };
  } finally {
    connection.close();
  }
}

/**
 * Show the end of a server's system log.
 *
 * @param options.lines how many lines from its end
 * @param options.follow go on with what is written from now on, until `signal` is aborted
 */
export async function showSystemLog(
  sshConfig: string,
  server: string,
  options: { readonly lines: number; readonly follow: boolean; readonly signal: AbortSignal; readonly onText: (text: string) => void },
): Promise<void> {
  const connection = await SshConnection.open(sshConfig, server, { timeout_ms: CONNECT_TIMEOUT_MS });
  const close = (): void => connection.close();
  options.signal.addEventListener('abort', close);
  try {
    const follow = options.follow ? '-F' : '';
    const { code, stderr } = await connection.exec(`tail -n ${options.lines} ${follow} ${SYSTEM_LOG}`, {
      onStdout: (chunk) => options.onText(chunk.toString()),
    });
    if (code !== 0) throw noLog(server, stderr);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    options.signal.removeEventListener('abort', close);
    connection.close();
  }
}

function noLog(server: string, stderr: string): BrokenError {
  return new BrokenError(`${server}: cannot read ${SYSTEM_LOG}: ${stderr.trim()}`, {
    hint: `Look whether its agent runs: \`systemctl status dbss-agent\` on ${server}; \`dbssctl deploy\` installs it.`,
  });
}

/** `+0900` is 540. */
function offsetMinutes(zone: string): number {
  const match = /^([+-])(\d\d)(\d\d)$/.exec(zone.trim());
  if (match === null) throw new BrokenError(`the server's time zone is unreadable: ${zone}`);
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}
