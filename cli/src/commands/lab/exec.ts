import { Args } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import { UserError } from '../../errors.ts';
import { commandIn } from '../../lab/typed-command.ts';

export default class LabExec extends DbssCommand {
  static override enableJsonFlag = false;
  static override strict = false;
  static override summary = 'Run a command as root on a machine of the lab, also when its network is cut.';
  static override description =
    'HOST is a server, the file server, client, or controller (where ssh and Ansible start). Ends with the exit code of the command.';
  static override usage = 'lab exec [-i FILE] HOST -- COMMAND [ARGUMENT...]';
  static override examples = [
    '<%= config.bin %> lab exec ftp -- systemctl status vsftpd',
    '<%= config.bin %> lab exec client -- ping -c1 198.18.0.112',
  ];
  static override flags = { inventory: inventoryFlag };
  static override args = { host: Args.string({ required: true, description: 'machine of the lab' }) };

  #running: Promise<unknown> | undefined;

  async run(): Promise<void> {
    const { flags, args, argv } = await this.parse(LabExec);
    const command = commandIn(this.argv, args.host) ?? (argv as readonly string[]).slice(1);
    if (command.length === 0) throw new UserError('lab exec: no command to run', { hint: `dbssctl lab exec ${args.host} -- COMMAND` });
    const [{ loadInventory }, { execInLab }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../lab/lab-exec.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const running = execInLab(inventory, args.host, command);
    this.#running = running;
    this.exit(await running);
  }

  protected override leavesInterruptsToChild(): boolean {
    return this.#running !== undefined;
  }

  protected override async onInterrupt(): Promise<void> {
    await Promise.allSettled([this.#running]);
  }
}
