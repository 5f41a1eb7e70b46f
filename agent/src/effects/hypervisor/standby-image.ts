import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** What the saved memory of the original server fits, as `image.json` says it. */
export interface StandbyImage {
  readonly hash: string;
  readonly accelerator: 'kvm' | 'tcg';
  /** e.g. `7.2.22` */
  readonly qemu_version: string;
  readonly memory_mb: number;
  readonly machine_type: string;
  readonly cpu_model: string;
  /** An installation procedure file to rehearse with, tar.gz. */
  readonly rehearsal: Buffer;
  /** The libvirt domain that the memory was saved with. */
  readonly domainXml: string;
}

/**
 * Read the description of the original server in `directory`.
 * @throws Error when it is not there or is of another format
 */
export async function readStandbyImage(directory: string): Promise<StandbyImage> {
  const file = path.join(directory, 'image.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`there is no original server in ${directory}: deploy it first (dbssctl bootstrap)`, { cause });
  });
  const image = JSON.parse(text) as Omit<StandbyImage, 'rehearsal' | 'domainXml'> & { readonly format: number; readonly rehearsal: string };
  if (image.format !== 1) throw new Error(`${file} has format ${String(image.format)}; this agent knows format 1: deploy both again`);
  return {
    ...image,
    rehearsal: Buffer.from(image.rehearsal, 'base64'),
    domainXml: await readFile(path.join(directory, 'domain.xml'), 'utf8'),
  };
}

/**
 * A saved memory is of one QEMU: other machine types and processor models look different to the guest.
 *
 * @param found QEMU's version on this server
 * @throws Error that names both and says what to do
 */
export function requireFittingHypervisor(image: StandbyImage, found: string): void {
  const series = (version: string): string => version.split('.').slice(0, 2).join('.');
  if (series(image.qemu_version) === series(found)) return;
  throw new Error(
    `the saved memory is of QEMU ${image.qemu_version} (${image.machine_type}, ${image.cpu_model}, ${image.accelerator}) and this server ` +
      `has QEMU ${found}: build the original server with the servers' QEMU (dbssctl image build) and deploy it again`,
  );
}

/** @throws Error when the standby of this server should have another size than the saved memory */
export function requireFittingMemory(image: StandbyImage, memory_mb: number): void {
  if (image.memory_mb === memory_mb) return;
  throw new Error(
    `the original server on this server has ${String(image.memory_mb)} MB of memory and its standby should have ` +
      `${String(memory_mb)} MB: deploy an original server of that size (dbssctl bootstrap)`,
  );
}
