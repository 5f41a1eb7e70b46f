import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { mustRunProgram } from '../process/run-program.ts';
import { Deadline } from './deadline.ts';
import { domainAt, interfaceWithLink, isLinkUp } from './domain-description.ts';
import { GuestAgent } from './guest-agent.ts';
import type { DomainState, Libvirt } from './libvirt-requests.ts';
import { NICENESS, setNiceness } from './niceness.ts';
import type { ProcedureVersion } from '../procedure/procedure-store.ts';
import { PROCEDURE_IN_GUEST, Receiver, RequestFailed, type StepTime } from './receiver.ts';
import { ReportPort } from './report-port.ts';
import { withNotes } from '../with-notes.ts';
import { RehearsalMark } from './rehearsal-mark.ts';
import { readStandbyImage, requireFittingHypervisor, requireFittingMemory, type StandbyImage } from './standby-image.ts';

export interface StandbyPlace {
  readonly domain: string;
  readonly bridge: string;
  /** MAC address that the guest takes when a procedure is installed. */
  readonly mac: string;
  readonly memory_mb: number;
  readonly originalServer: string;
  readonly standby: string;
  /** Where libvirt writes the process id of the domain's emulator. */
  readonly pidFile: string;
}

/** `suspended`: pristine and waiting. `running`: a virtual server. `absent`: neither, also where a reset was broken off. */
export type StandbyState = 'suspended' | 'running' | 'absent';

/** The most that a virtual server may take to stop its daemons and leave undelivered mail on the shared storage before it is thrown away. */
const STOP_LIMIT_MS = 15_000;
/** Addresses set apart for documentation (RFC 5737), with the link down. */
const REHEARSAL_ADDRESS = { address: '192.0.2.1', prefix_length: 24 } as const;

/** Steps of install.sh whose failure is the version's and not the world's. */
const OF_THE_VERSION: readonly string[] = ['files', 'keys', 'daemons'];

/** What an installation came to. */
export interface Installed {
  /** When its steps began. */
  readonly steps: readonly StepTime[];
  /** Versions that did not work, in words. */
  readonly notes: readonly string[];
}

/** The one standby of this server: a libvirt domain, and what waits inside it. */
export class Standby {
  readonly #libvirt: Libvirt;
  readonly #place: StandbyPlace;
  readonly #port: ReportPort;
  readonly #guestAgent: GuestAgent;
  readonly #receiver: Receiver;
  readonly #warn: (error: Error) => void;
  readonly #rehearsed: RehearsalMark;
  #toldUnrehearsed = false;
  /** Whose virtual server was made here last; nobody knows after a restart of the agent. */
  #target: string | undefined;

  /** @param warn told of what went wrong without keeping anything from being done */
  constructor(libvirt: Libvirt, place: StandbyPlace, warn: (error: Error) => void) {
    this.#warn = warn;
    this.#libvirt = libvirt;
    this.#place = place;
    this.#port = new ReportPort(path.join(place.standby, 'report.sock'), warn);
    this.#rehearsed = new RehearsalMark(place.standby);
    this.#guestAgent = new GuestAgent(libvirt, place.domain);
    this.#receiver = new Receiver(this.#guestAgent, this.#port);
  }

  async state(deadline: Deadline): Promise<StandbyState> {
    const state = await this.#domainState(deadline);
    if (state !== 'running' && state !== 'paused') return 'absent';
    // The link comes up with the installation: without it a running guest is one whose rehearsal was broken off.
    if (isLinkUp(await this.#describe(deadline))) return 'running';
    if (state !== 'paused') return 'absent';
    if (await this.#rehearsed.isSet()) return 'suspended';
    if (!this.#toldUnrehearsed)
      this.#warn(new Error(`the standby ${this.#place.domain} is suspended and nothing tells that it was rehearsed: it is made anew`));
    this.#toldUnrehearsed = true;
    return 'absent';
  }

  /** Bring up what a takeover will need first: the connection to libvirt and the report port. */
  async prepare(deadline: Deadline): Promise<void> {
    if ((await this.state(deadline)) === 'absent') return;
    await this.#port.open();
  }

  async resume(deadline: Deadline): Promise<void> {
    switch (await this.#domainState(deadline)) {
      case 'paused':
        await this.#share('urgent');
        await this.#ask('resume', deadline);
        return;
      case 'running':
        return;
      default:
        throw new Error(`this server has no standby ${this.#place.domain}: reset it`);
    }
  }

  /**
   * Apply the installation procedure of a target with the link up. A version whose files or daemons fail is undone in the guest, and the one before it takes its
   * place: its clients are better served by yesterday's configuration than by none.
   *
   * @param versions the one that counts first
   * @param failed told at once of each that does not work: there may be no time left for another
   * @throws Error with the guest's words about each that was tried when none works, or time runs out
   */
  async install(
    target: string,
    versions: readonly ProcedureVersion[],
    own: { readonly address: string; readonly prefix_length: number },
    deadline: Deadline,
    failed: (version: ProcedureVersion) => void = () => undefined,
  ): Promise<Installed> {
    this.#target = target;
    await this.#setLink('up', deadline);
    const notes: string[] = [];
    for (const [index, version] of versions.entries()) {
      try {
        return { steps: await this.#apply(version.archive, own, deadline), notes };
      } catch (error) {
        if (!(error instanceof RequestFailed) || !OF_THE_VERSION.includes(error.step)) throw withNotes(notes, error);
        failed(version);
        const next = versions[index + 1];
        if (next === undefined) throw withNotes(notes, error);
        notes.push(
          `Installation procedure of ${target}, ${version.name}, does not work in the standby here: ${error.message}; ${next.name} is applied instead`,
        );
      }
    }
    throw new Error(`there is no installation procedure of ${target} on this server`);
  }

  async addAddress(address: string, prefix_length: number, deadline: Deadline): Promise<void> {
    await this.#receiver.request(['add-address', `${address}/${String(prefix_length)}`], deadline);
    await this.#share('normal');
  }

  /** A standby that is no virtual server has no address to lose. */
  async removeAddress(address: string, prefix_length: number, deadline: Deadline): Promise<void> {
    if ((await this.state(deadline)) !== 'running') return;
    await this.#receiver.request(['remove-address', `${address}/${String(prefix_length)}`], deadline);
  }

  /**
   * Throw the standby away, stopping a virtual server in order first (where that fails it is thrown away all the same), and restore it
   * from the original server: rehearsed and suspended.
   *
   * @throws Error that says why no standby can be made here: a virtual server is gone then, too, a suspended standby is left alone
   */
  async reset(deadline: Deadline): Promise<void> {
    // Its target is back, or nobody knows it any more: it must not go on answering because a new standby cannot be made.
    if ((await this.state(deadline)) === 'running') {
      await this.#stop(deadline).catch((cause: unknown) => {
        const whose = this.#target === undefined ? '' : ` of ${this.#target}`;
        this.#warn(new Error(`the virtual server${whose} was thrown away without having been stopped in order`, { cause }));
      });
      await this.#ask('destroy', deadline);
    }
    const image = await readStandbyImage(this.#place.originalServer);
    requireFittingMemory(image, this.#place.memory_mb);
    const version = await this.#libvirt.ask({ command: 'hypervisor-version' }, deadline.left('ask the hypervisor version'));
    requireFittingHypervisor(image, version ?? 'of unknown version');

    if ((await this.#domainState(deadline)) !== 'absent') await this.#ask('destroy', deadline);
    this.#port.close();
    await this.#rehearsed.remove();
    await this.#restore(image, deadline);
    await this.#share('background');
    await this.#rehearse(image, deadline);
    await this.#ask('suspend', deadline);
    await this.#rehearsed.set();
    await this.#share('normal');
    const state = await this.state(deadline);
    if (state !== 'suspended') throw new Error(`the standby ${this.#place.domain} was reset and is ${state} instead of suspended`);
  }

  close(): void {
    this.#port.close();
  }

  async #restore(image: StandbyImage, deadline: Deadline): Promise<void> {
    const { originalServer, standby, domain, bridge } = this.#place;
    await mkdir(standby, { recursive: true, mode: 0o700 });
    const overlay = path.join(standby, 'disk.qcow2');
    const backing = ['-b', path.join(originalServer, 'disk.qcow2'), '-F', 'qcow2'];
    await mustRunProgram('qemu-img', ['create', '-q', '-f', 'qcow2', ...backing, overlay], deadline.left('create the disk of the standby'));
    const xml = domainAt(image.domainXml, { name: domain, bridge, originalServer, standby });
    const file = path.join(originalServer, 'memory.save');
    await this.#libvirt.ask({ command: 'restore-paused', file, xml }, deadline.left('restore the standby'));
  }

  /**
   * Apply a procedure of no server once, with the link down. An emulator that has just restored a guest has translated nothing of it yet:
   * without this the first installation would be the slow one.
   */
  async #rehearse(image: StandbyImage, deadline: Deadline): Promise<void> {
    await this.#ask('resume', deadline);
    await this.#guestAgent.waitUntilThere(deadline);
    await this.#receiver.request(['enter-rehearsal'], deadline);
    await this.#apply(image.rehearsal, REHEARSAL_ADDRESS, deadline);
    await this.#receiver.request(['add-address', '198.51.100.1/24'], deadline);
    await this.#receiver.request(['leave-rehearsal', randomBytes(64).toString('hex')], deadline);
  }

  async #apply(
    procedure: Buffer,
    { address, prefix_length }: { readonly address: string; readonly prefix_length: number },
    deadline: Deadline,
  ): Promise<readonly StepTime[]> {
    await this.#guestAgent.writeFile(PROCEDURE_IN_GUEST, procedure, deadline);
    const now_s = (Date.now() / 1000).toFixed(3);
    return this.#receiver.request(['install', address, String(prefix_length), this.#place.mac, now_s], deadline);
  }

  /** What the virtual server has written goes to the shared storage, as far as that can be reached. */
  async #stop(deadline: Deadline): Promise<void> {
    if ((await this.#domainState(deadline)) === 'paused') await this.#ask('resume', deadline);
    await this.#receiver.request(['stop'], new Deadline(Math.min(STOP_LIMIT_MS, deadline.left('stop the virtual server'))));
  }

  /** A standby works at any priority: where it cannot be set, that is only worth a word. */
  async #share(urgency: keyof typeof NICENESS): Promise<void> {
    await setNiceness(this.#place.pidFile, NICENESS[urgency]).catch((cause: unknown) => {
      this.#warn(new Error(`the priority of the standby could not be set to ${urgency}`, { cause }));
    });
  }

  async #setLink(link: 'up' | 'down', deadline: Deadline): Promise<void> {
    const xml = interfaceWithLink(await this.#describe(deadline), link);
    await this.#libvirt.ask({ command: 'update-device', domain: this.#place.domain, xml }, deadline.left(`set the link ${link}`));
  }

  async #describe(deadline: Deadline): Promise<string> {
    const xml = await this.#libvirt.ask({ command: 'describe', domain: this.#place.domain }, deadline.left('describe the standby'));
    return xml ?? '';
  }

  async #domainState(deadline: Deadline): Promise<DomainState> {
    const state = await this.#libvirt.ask(
      { command: 'state', domain: this.#place.domain },
      deadline.left('ask for the state of the standby'),
    );
    return state as DomainState;
  }

  async #ask(command: 'resume' | 'suspend' | 'destroy', deadline: Deadline): Promise<void> {
    await this.#libvirt.ask({ command, domain: this.#place.domain }, deadline.left(`${command} the standby`));
  }
}
