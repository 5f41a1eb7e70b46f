import { HelperUnavailable, LibvirtHelper } from './libvirt-helper.ts';
import type { Libvirt, LibvirtRequest, LibvirtValue } from './libvirt-requests.ts';
import { Virsh } from './virsh.ts';

const IDLE_MS = 30_000;

/** libvirt's library in a helper process; where that cannot be had, virsh. */
export class LibvirtWithFallback implements Libvirt {
  readonly #first: Libvirt;
  readonly #second: Libvirt;

  constructor(uri: string, first: Libvirt = new LibvirtHelper({ uri, idle_ms: IDLE_MS }), second: Libvirt = new Virsh(uri)) {
    this.#first = first;
    this.#second = second;
  }

  async ask(request: LibvirtRequest, timeout_ms: number): Promise<LibvirtValue> {
    const started = performance.now();
    try {
      return await this.#first.ask(request, timeout_ms);
    } catch (error) {
      if (!(error instanceof HelperUnavailable)) throw error;
      try {
        return await this.#second.ask(request, timeout_ms - (performance.now() - started));
      } catch (cause) {
        throw new Error(`${error.message}; ${(cause as Error).message}`, { cause });
      }
    }
  }

  close(): void {
    this.#first.close();
    this.#second.close();
  }
}
