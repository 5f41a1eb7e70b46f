/** What libvirt says of a domain; a domain that is defined but not started is `off`. */
export type DomainState = 'running' | 'paused' | 'off' | 'absent' | 'other';

/** The few things that the hypervisor effects ask of libvirt, as data: they cross a pipe to the helper process. */
export type LibvirtRequest =
  /** Version of QEMU, e.g. `7.2.22`. */
  | { readonly command: 'hypervisor-version' }
  | { readonly command: 'state'; readonly domain: string }
  | { readonly command: 'resume'; readonly domain: string }
  | { readonly command: 'suspend'; readonly domain: string }
  | { readonly command: 'destroy'; readonly domain: string }
  /** Load a saved memory into a new domain that stays paused. `xml` describes the domain in place of the saved description. */
  | { readonly command: 'restore-paused'; readonly file: string; readonly xml: string }
  /** The XML of a running domain. */
  | { readonly command: 'describe'; readonly domain: string }
  | { readonly command: 'update-device'; readonly domain: string; readonly xml: string }
  /** `question` and the value are the guest agent's JSON. */
  | { readonly command: 'ask-guest-agent'; readonly domain: string; readonly question: string; readonly timeout_s: number };

export type LibvirtValue = string | null;

/** libvirt, by whatever way it is reached: through the helper process, or through virsh. */
export interface Libvirt {
  /**
   * @param timeout_ms after this the request is given up and the promise is rejected
   * @throws Error with libvirt's own words
   */
  readonly ask: (request: LibvirtRequest, timeout_ms: number) => Promise<LibvirtValue>;
  readonly close: () => void;
}

/** One line to the helper process, and one line back. */
export interface HelperQuestion {
  readonly id: number;
  readonly request: LibvirtRequest;
}
export type HelperAnswer =
  | { readonly id: number; readonly value: LibvirtValue }
  | { readonly id: number; readonly error: string }
  /** First line: the library is loaded and connected, or why not. */
  | { readonly id: 0; readonly ready: true };
