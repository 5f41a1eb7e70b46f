import { createHash } from 'node:crypto';
import { fillTemplate } from '../generate/templates.ts';
import type { ImageHost } from './image-hash.ts';
import type { ImageSources } from './recipe.ts';

/** libvirt's name of the standby on every server, and of the guest that is booted to make it. */
export const STANDBY_DOMAIN = 'dbss-standby';
/** The bridge on every server that the standby's interface is in. */
export const SERVICE_BRIDGE = 'br0';
/** All restored standbys start with this address; install.sh gives each its own before its link comes up. */
const MAC = '02:db:55:00:00:00';

/**
 * The libvirt domain of the standby: the same for the build and for every server, since a saved memory fits one description only.
 * @param hash of the image: gives the domain its UUID, so that a standby of another image is not taken for this one
 */
export function domainXml(sources: ImageSources, host: ImageHost, hash: string): string {
  const { recipe } = sources;
  const { accelerator } = host;
  return fillTemplate('templates/standby/domain.xml', sources.domainTemplate, {
    domain_type: accelerator === 'kvm' ? 'kvm' : 'qemu',
    name: STANDBY_DOMAIN,
    uuid: uuidOf('domain', hash),
    // The description must be the same at each restore; libvirt gives the guest another one by itself.
    genid: uuidOf('generation', hash),
    memory_mb: String(host.memory_mb),
    machine: recipe.machine_type,
    cpu: recipe.cpu_model[accelerator],
    accelerator_features: accelerator === 'tcg' ? TRANSLATION_CACHE : '',
    kernel_arguments: `${recipe.kernel_arguments.every} ${recipe.kernel_arguments[accelerator]}`.trim(),
    bridge: SERVICE_BRIDGE,
    mac: MAC,
  });
}

/** What the emulator keeps of translated code beside the guest's memory. In half of it a rehearsal would push out its own beginning. */
const TRANSLATION_CACHE = "<tcg><tb-cache unit='MiB'>256</tb-cache></tcg>";

function uuidOf(purpose: string, hash: string): string {
  const digits = createHash('sha256').update(`dbss original server, ${purpose}, ${hash}`).digest('hex');
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-');
}
