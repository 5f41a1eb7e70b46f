import { existsSync, globSync, readFileSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { aptProxies } from '../lab/host-rootfs.ts';
import { runProgram } from '../lab/run-program.ts';

/**
 * Where the guest's Debian comes from is where this machine's Debian comes from.
 *
 * @returns the files with apt sources, and mmdebstrap's options for the proxies of the machine's own apt
 * @throws UserError when apt has no sources
 */
export async function aptConfiguration(
  signal: AbortSignal,
): Promise<{ readonly sources: readonly string[]; readonly options: readonly string[] }> {
  const files = ['/etc/apt/sources.list', ...globSync('/etc/apt/sources.list.d/*.{list,sources}').sort()];
  const sources = files.filter((file) => existsSync(file) && /^\s*(deb|URIs)\b/m.test(readFileSync(file, 'utf8')));
  if (sources.length === 0) {
    throw new UserError('original server: this machine has no apt sources', {
      hint: 'put Debian into /etc/apt/sources.list.d/ and see that `apt-get update` works',
    });
  }
  return { sources, options: aptProxies(await runProgram('original server', 'apt-config', ['dump', 'Acquire'], { signal })) };
}
