import path from 'node:path';
import { BrokenError } from '../errors.ts';
import { STANDBY_DOMAIN } from './domain.ts';
import { Guest } from './guest.ts';
import { startPrivateLibvirt } from './private-libvirt.ts';
import type { Accelerator, ImageSources } from './recipe.ts';
import { PROCEDURE_IN_GUEST, rehearsalProcedure, rehearsalScript } from './rehearsal.ts';

/** All daemons started and stopped once, emulated, on a busy machine with two cores. */
const REHEARSAL_LIMIT_MS = 300_000;

/**
 * What a rehearsal must leave as it was: a captured procedure brings only what the original server has not got, and what is left in the queue
 * would be delivered. Host keys and the machine-id are each standby's own.
 */
const WHAT_STAYS = [
  'cd /etc',
  "find . -type f ! -path ./machine-id ! -path './ssh/ssh_host_*' -exec md5sum {} +",
  "find . -exec stat -c '%A %U:%G %n' {} +",
  'cd /var/spool/postfix; find maildrop incoming active deferred hold defer bounce trace corrupt /var/mail /srv /run/dbss -type f 2>/dev/null',
  'ls /run/dovecot/auth-token-secret.dat 2>/dev/null || true',
].join('; ');

/** Pages that were used and are free now would make the saved memory larger: zeroes take no room in it. */
const ZERO_FREE_MEMORY = [
  'mount -t tmpfs -o size=100% zeroes /mnt',
  'while read -r name kilobytes _; do case $name in MemFree:) free=$kilobytes;; esac; done </proc/meminfo',
  'dd if=/dev/zero of=/mnt/zeroes bs=1M count=$((free / 1024 - 20)) 2>/dev/null',
  'umount /mnt',
].join('; ');

/**
 * Boot the disk once with its link down, rehearse an installation, and save the memory.
 *
 * @param work directory with standby/disk.qcow2 and original-server/{vmlinuz,initrd.img,domain.xml}; gets original-server/memory.save
 * @throws BrokenError that says which step failed
 */
export async function saveMemory(
  sources: ImageSources,
  work: string,
  accelerator: Accelerator,
  progress: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const libvirt = await startPrivateLibvirt(sources.privateLibvirtScript, work, accelerator, signal);
  try {
    progress(`booting it once (${accelerator === 'kvm' ? 'KVM' : 'emulated, half a minute'})`);
    await libvirt.virsh('start the guest', ['create', path.join(work, 'original-server', 'domain.xml')], signal);
    const guest = new Guest(libvirt, signal);
    await guest.waitForAgent();
    await guest.run('waiting for its services', 'systemctl is-system-running --wait', REHEARSAL_LIMIT_MS);
    progress('rehearsing an installation');
    const before = await guest.run('looking at its files', WHAT_STAYS, REHEARSAL_LIMIT_MS);
    // What only the boot needed leaves the memory.
    await guest.run('dropping caches', 'sync; echo 3 >/proc/sys/vm/drop_caches', REHEARSAL_LIMIT_MS);
    await guest.writeFile(PROCEDURE_IN_GUEST, rehearsalProcedure(sources));
    await guest.run('the rehearsal', rehearsalScript(Date.now() / 1000), REHEARSAL_LIMIT_MS);
    requireTheSame(before, await guest.run('looking at its files again', WHAT_STAYS, REHEARSAL_LIMIT_MS));
    await guest.run('clearing free memory', `sync; ${ZERO_FREE_MEMORY}`, REHEARSAL_LIMIT_MS);
    progress('saving its memory');
    await libvirt.virsh('suspend the guest', ['suspend', STANDBY_DOMAIN], signal);
    const file = '/var/lib/dbss/original-server/memory.save';
    await libvirt.virsh('save the memory', ['save', STANDBY_DOMAIN, file, '--paused'], signal, REHEARSAL_LIMIT_MS);
  } finally {
    await libvirt.stop();
  }
}

function requireTheSame(before: string, after: string): void {
  const [had, has] = [new Set(before.split('\n')), new Set(after.split('\n'))];
  const changed = [...[...had].filter((line) => !has.has(line)), ...[...has].filter((line) => !had.has(line))];
  if (changed.length === 0) return;
  throw new BrokenError(`original server: the rehearsal has changed what it should leave as it was\n${changed.join('\n')}`);
}
