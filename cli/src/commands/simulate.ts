import { Args, Flags } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../commands-base/dbss-command.ts';
import type { Prediction } from '../simulator/operator/simulate.ts';

/** What `--json` shows: the prediction, what it was made of, and the seed that repeats it. */
interface SimulateResult extends Prediction {
  readonly inventory: string;
  readonly seed: number;
  /** Where the durations of creation, address and boot come from. */
  readonly durationsFrom: string;
}

export default class Simulate extends DbssCommand {
  static override summary =
    'Tell what would happen if: how long each server would be without service, who would serve then, when it would be back.';
  static override description = [
    'Runs the same protocol as the servers, under virtual time; nothing real is touched.',
    'A failure is SERVER[:KIND]@TIME[+DURATION]. TIME counts from the beginning of a monitoring interval. KIND is power (when none is named), service,',
    'link (cable of the service network), sem (cable of the SEM network) or freeze. After DURATION somebody has repaired it: 5 minutes for link, sem and',
    'freeze where none is given; a machine without power is started by the ring, one with a duration not before; a service with a duration is broken until then.',
    'Durations are the medians of what `ring recoveries` last saved for this inventory, else: resume 0.03 s, installation 0.9 s, address 0.01 s, boot 25 s.',
    'All servers count as equally loaded when a host is chosen.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> simulate inventories/lab.yml --fail ftp@5s',
    '<%= config.bin %> simulate inventories/lab.yml --fail ftp@5s,web1@5s --fail mail:service@20s',
    '<%= config.bin %> simulate --fail proxy:freeze@3s+2m --transcript',
    '<%= config.bin %> simulate --fail ftp:sem@5s+10m --seed 7 --json',
  ];
  static override args = { inventory: Args.string({ description: 'Inventory file; the same as --inventory.' }) };
  static override flags = {
    inventory: inventoryFlag,
    fail: Flags.string({
      required: true,
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FAILURE[,FAILURE]',
      summary: 'What fails and when.',
    }),
    seed: Flags.integer({
      default: 1,
      min: 0,
      max: 2 ** 31 - 1,
      summary: 'Chance in the delays of messages; the same seed gives the same result.',
    }),
    transcript: Flags.boolean({ summary: "Show the servers' system logs, too." }),
  };

  override async run(): Promise<SimulateResult> {
    const { args, flags } = await this.parse(Simulate);
    const { loadInventory } = await import('../inventory/load-inventory.ts');
    const inventory = await loadInventory(args.inventory ?? (await this.resolveInventory(flags.inventory)));
    const { predict } = await import('../simulator/operator/predict.ts');
    const { prediction, durationsFrom, text } = await predict(inventory, flags.fail, flags.seed);
    if (flags.transcript) this.log(`${prediction.transcript.join('\n')}\n`);
    this.log(text);
    return { inventory: inventory.path, seed: flags.seed, durationsFrom, ...prediction };
  }
}
