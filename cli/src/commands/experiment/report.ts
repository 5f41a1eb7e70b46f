import { Args, Flags } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import type { WrittenReport } from '../../experiment/report/write-report.ts';

export default class ExperimentReport extends DbssCommand {
  static override summary = 'Write a report of all recorded experiments, with figures.';
  static override description =
    'A Markdown file with the tables of section 5, the paper beside ours and the methods beside one another, and for each case a timeline like Fig. 14 as SVG. ' +
    'Needs no lab.';
  static override examples = [
    '<%= config.bin %> experiment report -i inventories/lab.yml',
    '<%= config.bin %> experiment report ~/dbss-record --output docs/section-5.md',
  ];
  static override args = {
    record: Args.string({ description: 'What was given as --record; without it the directory beside the inventory.' }),
  };
  static override flags = {
    inventory: inventoryFlag,
    output: Flags.string({ char: 'o', helpValue: 'FILE.md', summary: 'Where to write it; without it report.md in the record.' }),
  };

  async run(): Promise<WrittenReport> {
    const { args, flags } = await this.parse(ExperimentReport);
    const [{ writeReport }, { recordRoot }, path] = await Promise.all([
      import('../../experiment/report/write-report.ts'),
      import('../../experiment/prepare-experiment.ts'),
      import('node:path'),
    ]);
    const root =
      args.record === undefined ? recordRoot(await this.resolveInventory(flags.inventory), undefined) : path.resolve(args.record);
    const written = await writeReport(root, path.resolve(flags.output ?? path.join(root, 'report.md')));
    this.log(`${written.report}: ${written.runs} runs, ${written.figures.length} figures`);
    return written;
  }
}
