import { ExperimentCommand, experimentFlags, type ExperimentResult } from '../../commands-base/experiment-command.ts';

export default class ExperimentTable1 extends ExperimentCommand {
  static override summary = 'Measure Table 1: starts of servers and virtual servers, service examinations.';
  static override description =
    'Each run times the service examinations of three monitoring intervals, pulls the plug of ftp, starts ftp itself, reboots it, and starts a virtual ' +
    'server from nothing. The time to activate the suspended virtual server is that of the recovery of ftp, from the system log. ' +
    'Runs are recorded one by one; stopped with Ctrl-C, the same command goes on. A record of another program, inventory or machine is refused.';
  static override examples = [
    '<%= config.bin %> experiment table1 -i inventories/lab.yml',
    '<%= config.bin %> experiment table1 --runs 3 --json',
  ];
  static override flags = experimentFlags;

  async run(): Promise<ExperimentResult> {
    const { flags } = await this.parse(ExperimentTable1);
    return this.experiment('table1', flags);
  }
}
