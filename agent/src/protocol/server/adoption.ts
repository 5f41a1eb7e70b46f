import { beginCustody } from './hold-address.ts';
import type { Found, ServerEvent } from './server-events.ts';
import type { Work } from './work.ts';

/**
 * The agent starts. What an earlier agent of this boot claimed is adopted by the ownership and goes on answering for as long as the kernel still has a
 * lease for it. An address that is set without a claim, as with `quorum: none` before, is asked for. A virtual server that is gone holds nothing, and what
 * was claimed and not set yet is given up.
 */
export function adopt(work: Work, started: ServerEvent & { readonly kind: 'started' }, found: Found): void {
  const { document, claims, boot_us, memory, inGuest = [] } = found;
  work.toOwnership({ kind: 'started', document, claims, boot_us, memory });
  const claimed = new Set(claims.map(({ address }) => address));
  for (const address of started.held_addresses) {
    const custody = beginCustody(work, address, 'machine');
    custody.configured = true;
    if (claimed.delete(address)) custody.phase = 'held';
  }
  for (const address of claimed) {
    if (started.standby === 'running' && inGuest.includes(address))
      Object.assign(beginCustody(work, address, 'tap'), { phase: 'held', configured: true });
    else work.toOwnership({ kind: 'give-up', address });
  }
}
