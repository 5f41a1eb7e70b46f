import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { STANDBY_DOMAIN } from '../image/domain.ts';
import { Guest } from '../image/guest.ts';
import { startPrivateLibvirt } from '../image/private-libvirt.ts';
import { imageSources } from '../image/recipe.ts';
import { statePaths } from '../inventory/state-paths.ts';
import { removeTree } from '../lab/remove-tree.ts';
import { runProgram } from '../lab/run-program.ts';

const PREFIX = '.virtual-server-start-';
const FILES = ['disk.qcow2', 'vmlinuz', 'initrd.img', 'domain.xml', 'image.json'];
const SERVICES_LIMIT_MS = 300_000;

/**
 * Start a virtual server from nothing, as the paper's Table 1 compares it with the suspended one: the domain of the standby, on this machine and beside the lab,
 * is created and boots the original server's disk. It is thrown away afterwards.
 *
 * @param inventoryPath of the lab whose original server is taken
 * @returns seconds from the creation until its systemd has started everything
 * @throws UserError when there is no original server; BrokenError when it does not boot
 */
export async function timeVirtualServerStart(inventoryPath: string, signal: AbortSignal): Promise<number> {
  const image = statePaths(inventoryPath).originalServer;
  if (!existsSync(path.join(image, 'image.json')))
    throw new UserError('there is no original server yet', { hint: 'dbssctl bootstrap builds it' });
  // Beside the image in the cache, so that its large files need no copy.
  const cache = path.dirname(realpathSync(image));
  await removeAbandoned(cache);
  const work = path.join(cache, `${PREFIX}${process.pid}`);
  for (const directory of ['standby', 'original-server']) mkdirSync(path.join(work, directory), { recursive: true });
  try {
    for (const file of FILES) linkSync(path.join(image, file), path.join(work, 'original-server', file));
    const overlay = path.join(work, 'standby', 'disk.qcow2');
    // Relative to the overlay: the libvirt daemon sees both directories elsewhere.
    const backing = ['-b', '../original-server/disk.qcow2', '-F', 'qcow2'];
    await runProgram('virtual server: its disk', 'qemu-img', ['create', '-q', '-f', 'qcow2', ...backing, overlay], { signal });
    return await boot(work, signal);
  } finally {
    await removeTree('virtual server: removing it', work);
  }
}

async function boot(work: string, signal: AbortSignal): Promise<number> {
  const { accelerator } = JSON.parse(readFileSync(path.join(work, 'original-server', 'image.json'), 'utf8')) as {
    accelerator: 'kvm' | 'tcg';
  };
  const libvirt = await startPrivateLibvirt(imageSources().privateLibvirtScript, work, accelerator, signal);
  try {
    const started_ms = performance.now();
    await libvirt.virsh('start the virtual server', ['create', path.join(work, 'original-server', 'domain.xml')], signal);
    const guest = new Guest(libvirt, signal);
    await guest.waitForAgent();
    await guest.run('waiting for its services', 'systemctl is-system-running --wait', SERVICES_LIMIT_MS);
    const duration_s = (performance.now() - started_ms) / 1000;
    await libvirt.virsh('throw the virtual server away', ['destroy', STANDBY_DOMAIN], signal);
    return Math.round(duration_s * 100) / 100;
  } finally {
    await libvirt.stop();
  }
}

/** What a dbssctl that was killed has left. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of readdirSync(cache).filter((candidate) => candidate.startsWith(PREFIX))) {
    if (!existsSync(`/proc/${name.slice(PREFIX.length)}`))
      await removeTree('virtual server: removing an abandoned one', path.join(cache, name));
  }
}
