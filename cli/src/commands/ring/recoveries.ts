import { Flags } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import { logRecords } from '../../inspect/log-records.ts';
import type { LogRecord } from '../../inspect/log-records.ts';
import { BrokenError } from '../../errors.ts';
import { findRecoveries, medianTimes } from '../../inspect/recoveries.ts';
import type { Recovery, RecoveryTimes } from '../../inspect/recoveries.ts';
import { renderRecoveries } from '../../inspect/render-recoveries.ts';
import { requireAgentMachine } from '../../inspect/require-agent-machine.ts';
import { saveRecoveries } from '../../inspect/saved-recoveries.ts';
import { readSystemLog } from '../../inspect/system-logs.ts';
import { loadInventory } from '../../inventory/load-inventory.ts';
import { statePaths } from '../../inventory/state-paths.ts';
import { readLabEvents } from '../../lab/lab-events.ts';

export interface RecoveriesReport {
  readonly recoveries: readonly Recovery[];
  readonly medians: RecoveryTimes;
  /** Servers whose log could not be read, and why. */
  readonly notRead: readonly string[];
}

export default class RingRecoveries extends DbssCommand {
  static override summary = 'Show how long recoveries took, step by step, from the system logs of all servers.';
  static override description =
    'Per recovery: detection, re-examination, selection, resume, installation, address, and the recovery times of the server function and of the target server. In a lab also the time from the fault to its detection.';
  static override examples = ['<%= config.bin %> ring recoveries', '<%= config.bin %> ring recoveries --last 5 --json'];
  static override flags = {
    inventory: inventoryFlag,
    last: Flags.integer({ min: 1, summary: 'Only the last ones, and the medians of these.' }),
    target: Flags.string({ summary: 'Only recoveries of this server.' }),
  };

  async run(): Promise<RecoveriesReport> {
    const { flags } = await this.parse(RingRecoveries);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const target = flags.target === undefined ? undefined : requireAgentMachine(inventory, flags.target).name;
    const names = inventory.servers.map((server) => server.name);
    const { sshConfig, recoveries: savedAs } = statePaths(inventory.path);
    const notRead: string[] = [];
    const records = await Promise.all(
      names.map(async (name): Promise<readonly LogRecord[]> => {
        try {
          const log = await readSystemLog(sshConfig, name);
          return logRecords(log.text, log.utcOffset_min);
        } catch (error) {
          notRead.push((error as Error).message);
          return [];
        }
      }),
    );
    if (notRead.length === names.length) {
      throw new BrokenError(`no system log could be read\n  ${notRead.join('\n  ')}`, { hint: 'look at `dbssctl ring show`' });
    }
    const all = findRecoveries(names, records.flat(), readLabEvents(inventory));
    // A part of them would be worse for `simulate` than the whole of earlier ones.
    if (all.length > 0 && notRead.length === 0) await saveRecoveries(savedAs, all);
    const wanted = all.filter((recovery) => target === undefined || recovery.target === target);
    const recoveries = flags.last === undefined ? wanted : wanted.slice(-flags.last);
    this.log(renderRecoveries(recoveries, notRead));
    return { recoveries, medians: medianTimes(recoveries), notRead };
  }
}
