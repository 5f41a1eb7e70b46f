import path from 'node:path';
import { LabUnderTest } from './lab-under-test.ts';
import type { Labs } from './scenario.ts';

/** The labs of a run of scenarios. */
export class SharedLabs implements Labs {
  readonly #made = new Map<string, LabUnderTest>();
  readonly #present: LabUnderTest | undefined;

  /** @param present inventory of a lab that is up, to be the lab; it stays up */
  constructor(present?: string) {
    if (present !== undefined) this.#present = new LabUnderTest(path.resolve(present));
  }

  get lab(): LabUnderTest {
    return this.#present ?? this.#of('lab.yml');
  }

  get small(): LabUnderTest {
    return this.#of('small.yml');
  }

  /** What the servers say and wrote, so that a failure can be understood from this output alone. */
  async show(say: (text: string) => void): Promise<void> {
    for (const lab of [...(this.#present === undefined ? [] : [this.#present]), ...this.#made.values()]) {
      const { machines } = await lab.status();
      const servers = machines.filter(({ kind, power }) => kind === 'server' && power !== 'off');
      if (servers.length === 0) continue;
      say(`-- ring of ${lab.inventory}\n${(await lab.dbssctl('ring', 'show')).stdout}`);
      for (const { name } of servers) {
        const words = ['sh', '-c', "grep -vE ' (Wait|[0-9]+)$' /var/log/dbss/system.log | tail -n 40"];
        say(`-- system log of ${name}\n${(await lab.dbssctl('lab', 'exec', name, '--', ...words)).stdout}`);
      }
    }
  }

  /** Takes all of them down that were made here, also those that are half up. */
  async remove(): Promise<void> {
    this.#present?.remove();
    for (const lab of this.#made.values()) {
      await lab.dbssctl('lab', 'down');
      lab.remove();
    }
  }

  #of(inventory: string): LabUnderTest {
    const lab = this.#made.get(inventory) ?? new LabUnderTest(inventory);
    this.#made.set(inventory, lab);
    return lab;
  }
}
