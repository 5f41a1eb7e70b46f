import { reasonOf } from '../reason-of.ts';
import { LeaseTables } from './lease-tables.ts';
import { NftGone, NftRefused, NftSession } from './nft-session.ts';
import { RulesWatch } from './rules-watch.ts';
import { activate, deactivate, stageElement, tableName, type LeasePlace } from './ruleset.ts';
import { StagedMarks } from './staged-marks.ts';

export interface KernelLeaseOptions {
  readonly cluster: string;
  /** Ports of the service bridge that are taps, as nft takes it. */
  readonly taps?: string;
  /** nft is killed and started anew when it has not answered for so long. */
  readonly answer_ms?: number;
  /** Told of what was found and repaired without anybody having asked. */
  readonly report: (problem: string) => void;
}

/** libvirt names a guest's tap vnet0, vnet1 and so on. */
const TAPS_OF_LIBVIRT = 'vnet*';
const ANSWER_MS = 1_000;

/**
 * Leases of addresses in the kernel (docs/decisions/0340): from `protect` on, packets of an address pass only while the element that is
 * switched to has not timed out. The rules stay when this agent ends, and so an address is silent when its lease is over, whatever becomes
 * of the agent; one that starts again finds address and lease as they were.
 */
export class KernelLease {
  readonly #tables: LeaseTables;
  readonly #answer_ms: number;
  readonly #report: (problem: string) => void;
  readonly #staged = new StagedMarks();
  readonly #watch: RulesWatch;
  #session: Promise<NftSession> | undefined;
  /** What is being protected: its first lease may be asked for already. */
  readonly #protecting = new Map<string, Promise<void>>();
  #verifying: Promise<string | undefined> | undefined;
  #closed = false;

  constructor(options: KernelLeaseOptions) {
    this.#tables = new LeaseTables(tableName(options.cluster), options.taps ?? TAPS_OF_LIBVIRT);
    this.#answer_ms = options.answer_ms ?? ANSWER_MS;
    this.#report = options.report;
    this.#watch = new RulesWatch(this.#tables.name, () => void this.#lost(), options.report);
  }

  /**
   * From the acknowledgement on the address passes only with a lease. Before the address is configured; a lease that runs goes on.
   *
   * @throws Error when the kernel did not take it: the address must not be configured
   */
  async protect(address: string, place: LeasePlace): Promise<void> {
    const protecting = this.#insist((session) => this.#tables.protect(session, address, place));
    this.#protecting.set(address, protecting);
    try {
      await protecting;
    } finally {
      if (this.#protecting.get(address) === protecting) this.#protecting.delete(address);
    }
  }

  /** The address is none of ours any more: it is to be removed from the machine before. */
  async unprotect(address: string): Promise<void> {
    await this.#insist((session) => this.#tables.unprotect(session, address));
  }

  /**
   * Put an element into the kernel that times out `length_ms` after the kernel took it. Nothing passes by it before `switchTo`. One that is
   * there already is left as it is.
   *
   * @param mark 1 to 2³²-1
   * @throws Error when it is not known to be there: it must not be asked for
   */
  async stage(address: string, mark: number, length_ms: number): Promise<void> {
    await this.#protecting.get(address)?.catch(() => undefined);
    const line = stageElement(this.#tables.name, this.#tables.familiesOf(address), address, mark, length_ms);
    this.#staged.add(address, mark, length_ms);
    await this.#once((session) => session.run(line)).catch((error: unknown) => {
      if (!(error instanceof NftRefused && error.message.includes('File exists'))) throw error;
    });
  }

  /**
   * Let the address pass until the element that was staged with this mark times out. Too late it does no harm: nothing passes then.
   *
   * @throws Error for a mark that was not staged since the address was dropped
   */
  async switchTo(address: string, mark: number): Promise<void> {
    const line = activate(this.#tables.name, this.#tables.familiesOf(address), address, mark);
    if (!this.#staged.has(address, mark)) throw new Error(`${address} has no lease with the mark ${mark}`);
    await this.#once((session) => session.run(line));
  }

  /**
   * End the lease: no packet passes from the acknowledgement on, and no element that was staged before can be switched to.
   *
   * @throws Error when that is not known; the lease then ends when its element times out
   */
  async drop(address: string): Promise<void> {
    const line = deactivate(this.#tables.name, this.#tables.familiesOf(address), address);
    this.#staged.forget(address);
    await this.#insist((session) => session.run(line));
  }

  /**
   * Look whether the rules and the protected addresses are there, as they are not after `nft flush ruleset`. What is missing is restored,
   * closed, and told. A loss of rules is noticed without it; it is for what only looking finds.
   *
   * @returns what was missing; undefined: nothing
   * @throws Error when it could not be looked at or restored
   */
  verify(): Promise<string | undefined> {
    this.#verifying ??= this.#look().finally(() => (this.#verifying = undefined));
    return this.#verifying;
  }

  /** A look that is going on may have seen what was there before. */
  async #lost(): Promise<void> {
    await this.#verifying?.catch(() => undefined);
    if (this.#closed) return;
    await this.verify().catch((error: unknown) => this.#report(`nftables cannot be looked at: ${reasonOf(error)}`));
  }

  async #look(): Promise<string | undefined> {
    let missing: string | undefined;
    await this.#insist(async (session) => {
      missing = await this.#tables.missing(session);
      if (missing !== undefined) await this.#tables.restore(session);
    });
    if (missing !== undefined) this.#report(`nftables: ${missing}: restored without a lease`);
    return missing;
  }

  /** End nft. The rules stay in the kernel. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#watch.close();
    const session = await this.#session?.catch(() => undefined);
    session?.kill('the agent ends');
    await session?.ended;
  }

  /** A process that works, with the rules in force; a new one only after the one before is gone, which could act otherwise. */
  #start(): Promise<NftSession> {
    if (this.#closed) return Promise.reject(new Error('the leases in the kernel were closed'));
    const before = this.#session;
    const started = (async () => {
      await (
        await before?.catch(() => undefined)
      )?.ended;
      const session = new NftSession(this.#answer_ms);
      try {
        await this.#tables.restore(session);
      } catch (error) {
        session.kill('its rules were not taken');
        await session.ended;
        throw error;
      }
      return session;
    })();
    this.#session = started;
    return started;
  }

  async #working(): Promise<NftSession> {
    const current = this.#session;
    if (current === undefined) return this.#start();
    const session = await current.catch(() => undefined);
    if (session?.alive === true) return session;
    // Somebody else may have started one while this one was waited for.
    return this.#session === current ? this.#start() : this.#working();
  }

  /** For what must not be done later than it was asked for. Where the kernel has lost our tables they are restored for the next time. */
  async #once(work: (session: NftSession) => Promise<unknown>): Promise<void> {
    const session = await this.#working();
    try {
      await work(session);
    } catch (error) {
      if (error instanceof NftRefused) await this.verify();
      throw error;
    }
  }

  /** For what may be done twice: once more with a new process, or with the tables restored. */
  async #insist(work: (session: NftSession) => Promise<unknown>): Promise<void> {
    try {
      await work(await this.#working());
    } catch (error) {
      if (error instanceof NftGone) this.#report(`${reasonOf(error)}; it is started anew`);
      else if (!(error instanceof NftRefused)) throw error;
      const session = await this.#working();
      if (error instanceof NftRefused) await this.#tables.restore(session);
      await work(session);
    }
  }
}
