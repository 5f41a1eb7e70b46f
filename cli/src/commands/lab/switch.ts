import { Args } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';

const NETWORKS = ['service', 'sem'] as const;
const STATES = ['on', 'off'] as const;

export default class LabSwitch extends DbssCommand {
  static override summary = 'Take the power from a whole switch of the lab, or give it back.';
  static override description =
    'Without power no cable at it has a link: no server, not the client, not the gateway. lab up switches it on, too.';
  static override examples = ['<%= config.bin %> lab switch sem off', '<%= config.bin %> lab switch sem on'];
  static override flags = { inventory: inventoryFlag };
  static override args = {
    network: Args.custom<(typeof NETWORKS)[number]>({ options: [...NETWORKS] })({
      required: true,
      description: 'which of the two switches',
    }),
    state: Args.custom<(typeof STATES)[number]>({ options: [...STATES] })({ required: true, description: 'with or without power' }),
  };

  async run(): Promise<{ readonly changed: boolean }> {
    const { flags, args } = await this.parse(LabSwitch);
    const [{ loadInventory }, { setLabSwitch }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../lab/lab-switch.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const changed = await setLabSwitch(inventory, args.network, args.state);
    this.log(`${args.network} switch: ${changed ? args.state : `was ${args.state} already`}`);
    return { changed };
  }
}
