import { ExperimentCommand, type ExperimentResult, failureFlags } from '../../commands-base/experiment-command.ts';

export default class ExperimentTable2One extends ExperimentCommand {
  static override summary = 'Repeat the upper part of Table 2: a problem in one server.';
  static override description =
    'ftp fails in each run: its services (St) or its plug (Nt). ' +
    'A client uses each of them once a second; times are those of §5.2. Runs are recorded one by one; stopped with Ctrl-C, the same command goes on. ' +
    'A record of another program, inventory or machine is refused. Nt: the plug is pulled. St: the services are stopped, and a restart brings them back.';
  static override examples = [
    '<%= config.bin %> experiment table2-one -i inventories/lab.yml',
    '<%= config.bin %> experiment table2-one --method ring --case Nt --runs 5 --json',
    '<%= config.bin %> experiment table2-one --moment random --seed 7',
  ];
  static override flags = failureFlags;

  async run(): Promise<ExperimentResult> {
    const { flags } = await this.parse(ExperimentTable2One);
    return this.experiment('table2-one', flags);
  }
}
