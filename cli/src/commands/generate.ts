import { DbssCommand, inventoryFlag } from '../commands-base/dbss-command.ts';
import type { GenerateReport } from '../generate/generate.ts';

export default class Generate extends DbssCommand {
  static override summary = 'Write management files, installation procedure files and what each server gets, beside the inventory.';
  static override description = 'Makes the keys that are missing. With the same inventory, a second run changes nothing.';
  static override examples = ['<%= config.bin %> generate -i inventories/lab.yml'];
  static override flags = { inventory: inventoryFlag };

  override async run(): Promise<GenerateReport> {
    const { flags } = await this.parse(Generate);
    const [{ loadInventory }, { generate }, { withStateLock }] = await Promise.all([
      import('../inventory/load-inventory.ts'),
      import('../generate/generate.ts'),
      import('../deploy/state-lock.ts'),
    ]);
    const inventory = await loadInventory(flags.inventory ?? (await this.resolveInventory(undefined)));
    const report = await withStateLock(inventory.path, 'dbssctl generate', () => generate(inventory));
    for (const file of report.keys) this.log(`made     ${file}`);
    for (const file of report.changed) this.log(`wrote    ${file}`);
    for (const file of report.removed) this.log(`removed  ${file}`);
    this.log(
      `${report.directory}: ${String(report.changed.length)} changed, ${String(report.removed.length)} removed, ${String(report.unchanged)} unchanged`,
    );
    for (const line of report.advice) this.log(line);
    return report;
  }
}
