import { ExperimentCommand, type ExperimentResult, failureFlags } from '../../commands-base/experiment-command.ts';

export default class ExperimentFig15 extends ExperimentCommand {
  static override summary = 'Repeat Fig. 15: the plugs of three servers are pulled at once.';
  static override description =
    'mail, ftp and web1 fail at the same time. ' +
    'A client uses each of them once a second; times are those of §5.2. Runs are recorded one by one; stopped with Ctrl-C, the same command goes on. ' +
    'A record of another program, inventory or machine is refused. Nt: the plug is pulled. St: the services are stopped, and a restart brings them back.';
  static override examples = [
    '<%= config.bin %> experiment fig15 -i inventories/lab.yml',
    '<%= config.bin %> experiment fig15 --runs 3 --json',
  ];
  static override flags = failureFlags;

  async run(): Promise<ExperimentResult> {
    const { flags } = await this.parse(ExperimentFig15);
    return this.experiment('fig15', flags);
  }
}
