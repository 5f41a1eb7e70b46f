import { abnormalities as abnormalitiesOfRing } from '../../cli/src/inspect/abnormalities.ts';
import type { RingView } from '../../cli/src/inspect/ring-view.ts';
import type { LabUnderTest } from './lab-under-test.ts';

/** Everything that is not as it was before any fault, in words; empty when all is normal. */
export async function abnormalities(lab: LabUnderTest): Promise<readonly string[]> {
  const ring = await lab.ring();
  const found = abnormalitiesOfRing(ring);
  // Reading files of servers of which something is known to be wrong is a waste of time.
  return found.length > 0 ? found : [...(await lostStandbys(lab, ring)), ...(await differentFiles(lab, ring))];
}

/** Servers whose agents believe in a standby that has no emulator. */
async function lostStandbys(lab: LabUnderTest, { servers }: RingView): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name } of servers) {
    const command = 'kill -0 "$(cat /run/libvirt/qemu/dbss-standby.pid)"';
    const { exitCode } = await lab.dbssctl('lab', 'exec', name, '--', 'sh', '-c', command);
    if (exitCode !== 0) found.push(`the standby of ${name} has no emulator`);
  }
  return found;
}

/** Management files that are not byte for byte what was generated (§2.4); the heartbeat file holds times and is left out. */
export async function differentFiles(lab: LabUnderTest, { servers }: Pick<RingView, 'servers'>): Promise<readonly string[]> {
  const files = ['group', 'operation', 'separation', 'problem', ...servers.map(({ name }) => `data/${name}.dat`)];
  const found: string[] = [];
  for (const { name } of servers) {
    const { exitCode, stdout } = await lab.dbssctl(
      'lab',
      'exec',
      name,
      '--',
      'sh',
      '-c',
      `cd /run/dbss && tail -v -n +1 ${files.join(' ')}`,
    );
    const texts = new Map(
      stdout
        .split(/^==> /m)
        .slice(1)
        .map((part) => [part.slice(0, part.indexOf(' <==\n')), part.slice(part.indexOf(' <==\n') + ' <==\n'.length)]),
    );
    if (exitCode !== 0) found.push(`not all management files are on ${name}`);
    for (const [index, file] of files.entries()) {
      // `tail` puts an empty line before the next file.
      const expected = lab.generated(file) + (index === files.length - 1 ? '' : '\n');
      if (texts.get(file) !== expected) found.push(`${file} on ${name} is not as generated`);
    }
  }
  return found;
}
