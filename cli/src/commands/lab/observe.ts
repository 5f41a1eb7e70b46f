import { Flags } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import type { ObserverSummary } from '../../lab/observer/observation.ts';

export default class LabObserve extends DbssCommand {
  static override summary = 'Watch from outside who answers for each virtual IP address of the lab, and whether two do.';
  static override description =
    'Asks in rounds by ARP on both networks, and by TCP whoever answered. Machines are told apart by their MAC addresses. Each line tells from when to when somebody answered, that two answered at once, or that nobody could be reached. Ends after --duration or on Ctrl-C with a summary.';
  static override examples = ['<%= config.bin %> lab observe', '<%= config.bin %> lab observe --duration 60 --json'];
  static override flags = {
    inventory: inventoryFlag,
    'interval-ms': Flags.integer({
      min: 1,
      default: 10,
      helpValue: 'MS',
      summary: 'From the start of one round to the start of the next.',
    }),
    duration: Flags.integer({ min: 1, max: 86_400, default: 3600, helpValue: 'S', summary: 'Seconds.' }),
  };

  #running: Promise<ObserverSummary | undefined> = Promise.resolve(undefined);

  async run(): Promise<ObserverSummary> {
    const running = this.#observe();
    this.#running = running;
    return running;
  }

  async #observe(): Promise<ObserverSummary> {
    const { flags } = await this.parse(LabObserve);
    const [{ loadInventory }, { observeLab }, { describeObservation }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../lab/observer/lab-observer.ts'),
      import('../../lab/observer/describe-observation.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    return observeLab(inventory, {
      every_ms: flags['interval-ms'],
      duration_ms: flags.duration * 1000,
      signal: this.interruption,
      onObservation: (observation) => {
        for (const line of describeObservation(observation)) this.log(line);
      },
    });
  }

  /** Ctrl-C is how it usually ends: the summary is its result all the same. */
  protected override async onInterrupt(): Promise<ObserverSummary | undefined> {
    const [ended] = await Promise.allSettled([this.#running]);
    return ended.status === 'fulfilled' ? ended.value : undefined;
  }
}
