import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BrokenError } from '../errors.ts';

/** How one host is reached by ssh, as `ssh_config` says it. */
export interface SshSettings {
  /** The name by which the host was asked for. */
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  readonly user: string;
  readonly identityFiles: readonly string[];
  readonly knownHostsFiles: readonly string[];
  /** Name under which the host's key stands in known_hosts, where it is not the address. */
  readonly hostKeyAlias: string | undefined;
  /** Command whose standard input and output are the connection; without it the connection is plain TCP. */
  readonly proxyCommand: string | undefined;
}

/**
 * Read how `host` is reached from the ssh_config that ssh and Ansible use too, so that there is one truth for all three.
 *
 * @param sshConfig path of the ssh_config in the state directory
 * @throws BrokenError when ssh is missing or refuses the file
 */
export async function readSshSettings(sshConfig: string, host: string): Promise<SshSettings> {
  try {
    const { stdout } = await promisify(execFile)('ssh', ['-F', sshConfig, '-G', host]);
    return parseSshSettings(host, stdout);
  } catch (cause) {
    throw new BrokenError(`${host}: cannot tell how to reach it by ssh from ${sshConfig}`, {
      cause,
      hint: 'Install openssh-client, and run `dbssctl generate` to write ssh_config anew.',
    });
  }
}

/** Settings from the output of `ssh -G`: lines of a lower-case keyword and its value. */
export function parseSshSettings(host: string, output: string): SshSettings {
  const values = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const space = line.indexOf(' ');
    if (space < 0) continue;
    const keyword = line.slice(0, space);
    values.set(keyword, [...(values.get(keyword) ?? []), line.slice(space + 1).trim()]);
  }
  const one = (keyword: string): string | undefined => values.get(keyword)?.[0];
  const hostname = one('hostname') ?? host;
  const port = Number(one('port') ?? 22);
  const user = one('user') ?? 'root';
  const proxy = one('proxycommand');
  return {
    host,
    hostname,
    port,
    user,
    identityFiles: values.get('identityfile') ?? [],
    // Several stand in one line and none is quoted: a blank within a path is one that no path begins behind.
    knownHostsFiles: (one('userknownhostsfile') ?? '').split(/ (?=[/~])/).filter((file) => file !== ''),
    hostKeyAlias: one('hostkeyalias'),
    proxyCommand:
      proxy === undefined || proxy === 'none' ? undefined : expandTokens(proxy, { h: hostname, p: String(port), r: user, n: host }),
  };
}

function expandTokens(command: string, tokens: Readonly<Record<string, string>>): string {
  return command.replace(/%(.)/g, (whole, token: string) => (token === '%' ? '%' : (tokens[token] ?? whole)));
}
