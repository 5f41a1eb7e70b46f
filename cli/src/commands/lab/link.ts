import { Args } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';

const NETWORKS = ['service', 'sem'] as const;
const STATES = ['up', 'down', 'deaf', 'mute'] as const;

export default class LabLink extends DbssCommand {
  static override summary = 'Pull, break in one direction, or plug a cable of a machine of the lab, at the switch.';
  static override description =
    'deaf: nothing reaches the machine; mute: nothing that it sends is heard; its link is up all the same. A pulled or broken cable stays so while the machine is restarted, until it is plugged (up) or lab up is run.';
  static override examples = [
    '<%= config.bin %> lab link ftp service down',
    '<%= config.bin %> lab link ftp sem up',
    '<%= config.bin %> lab link web1 service mute',
  ];
  static override flags = { inventory: inventoryFlag };
  static override args = {
    host: Args.string({ required: true, description: 'machine of the lab' }),
    network: Args.custom<(typeof NETWORKS)[number]>({ options: [...NETWORKS] })({ required: true, description: 'which of its two cables' }),
    state: Args.custom<(typeof STATES)[number]>({ options: [...STATES] })({
      required: true,
      description: 'plugged, pulled, or broken in one direction',
    }),
  };

  async run(): Promise<{ readonly link: (typeof STATES)[number] }> {
    const { flags, args } = await this.parse(LabLink);
    const [{ loadInventory }, { setLabLink }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../lab/machine-links.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    await setLabLink(inventory, args.host, args.network, args.state);
    this.log(`${args.host}: ${args.network} link ${args.state}`);
    return { link: args.state };
  }
}
