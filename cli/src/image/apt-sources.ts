import { existsSync, globSync, readFileSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { runProgram } from '../lab/run-program.ts';

/**
 * Where a Debian that is built here comes from is where this machine's Debian comes from: that is its administrator's decision.
 *
 * @param what is built; begins the message of a failure
 * @returns the files with apt sources, and mmdebstrap's options for the proxies of the machine's own apt
 * @throws UserError when apt has no sources
 */
export async function aptConfiguration(
  what: string,
  signal?: AbortSignal,
): Promise<{ readonly sources: readonly string[]; readonly options: readonly string[] }> {
  const files = ['/etc/apt/sources.list', ...globSync('/etc/apt/sources.list.d/*.{list,sources}').sort()];
  const sources = files.filter((file) => existsSync(file) && /^\s*(deb|URIs)\b/m.test(readFileSync(file, 'utf8')));
  if (sources.length === 0) {
    throw new UserError(`${what}: this machine has no apt sources`, {
      hint: 'put Debian into /etc/apt/sources.list.d/ and see that `apt-get update` works',
    });
  }
  return {
    sources,
    options: aptProxies(await runProgram(what, 'apt-config', ['dump', 'Acquire'], signal === undefined ? {} : { signal })),
  };
}

/** mmdebstrap's options for the proxies of the machine's own apt; `dump` is what `apt-config dump Acquire` prints. */
export function aptProxies(dump: string): readonly string[] {
  return dump
    .split('\n')
    .filter((line) => /^Acquire::(http|https|ftp)::Proxy(::\S+)? "[^"]+";$/i.test(line))
    .map((line) => `--aptopt=${line.slice(0, -1)}`);
}
