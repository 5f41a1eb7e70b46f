import { ExperimentCommand, type ExperimentResult, failureFlags } from '../../commands-base/experiment-command.ts';

export default class ExperimentTable2Two extends ExperimentCommand {
  static override summary = 'Repeat the lower part of Table 2: problems in two servers at once.';
  static override description =
    'ftp and web1 fail at the same time, in four combinations: St-Nt is St at ftp and Nt at web1. ' +
    'A client uses each of them once a second; times are those of §5.2. Runs are recorded one by one; stopped with Ctrl-C, the same command goes on. ' +
    'A record of another program, inventory or machine is refused. Nt: the plug is pulled. St: the services are stopped, and a restart brings them back.';
  static override examples = [
    '<%= config.bin %> experiment table2-two -i inventories/lab.yml',
    '<%= config.bin %> experiment table2-two --case St-Nt --case Nt-Nt --runs 2',
    '<%= config.bin %> experiment table2-two --moment random --record ~/dbss-record',
  ];
  static override flags = failureFlags;

  async run(): Promise<ExperimentResult> {
    const { flags } = await this.parse(ExperimentTable2Two);
    return this.experiment('table2-two', flags);
  }
}
