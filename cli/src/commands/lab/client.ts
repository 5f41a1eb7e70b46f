import { Args, Flags } from '@oclif/core';
import { DbssCommand, inventoryFlag } from '../../commands-base/dbss-command.ts';
import type { AccessSummary } from '../../lab/client/access-log.ts';

export default class LabClient extends DbssCommand {
  static override summary = "Use a server's service from the lab's client again and again, and log when it was not served.";
  static override description =
    'Writes the client access log: the time with hundredths and OK or XX, each second. It does what a client does: delivers a mail and fetches this very mail, logs in and runs a command, logs in by FTP and reads a file, reads a page, reads a page through the proxy; the files and pages lie on the shared storage. Goes to the virtual IP address. Ends after --duration or on Ctrl-C with the access disconnection time: first XX to the first OK after it.';
  static override examples = [
    '<%= config.bin %> lab client',
    '<%= config.bin %> lab client mail',
    '<%= config.bin %> lab client web1 --interval-ms 100 --duration 60 --log access.log',
  ];
  static override flags = {
    inventory: inventoryFlag,
    daemon: Flags.string({ summary: "Only this one of the server's daemons; without it all that a client uses together." }),
    'interval-ms': Flags.integer({
      min: 10,
      default: 1000,
      helpValue: 'MS',
      summary: 'From the start of one attempt to the start of the next.',
    }),
    'timeout-ms': Flags.integer({
      min: 10,
      helpValue: 'MS',
      summary: 'For one whole attempt; without it 1000, and 3000 for mail and a login.',
    }),
    duration: Flags.integer({ min: 1, helpValue: 'S', summary: 'Seconds; without it until Ctrl-C.' }),
    log: Flags.string({ helpValue: 'FILE', summary: 'Append the lines to this file too.' }),
  };
  static override args = { server: Args.string({ description: 'whose service; without it the first server with FTP' }) };

  #running: Promise<AccessSummary | undefined> = Promise.resolve(undefined);

  async run(): Promise<AccessSummary> {
    const running = this.#use();
    this.#running = running;
    return running;
  }

  async #use(): Promise<AccessSummary> {
    const { flags, args } = await this.parse(LabClient);
    const [{ loadInventory }, { runLabClient }, { accessLogLine, describeAccess }, { openLogFile }] = await Promise.all([
      import('../../inventory/load-inventory.ts'),
      import('../../lab/client/lab-client.ts'),
      import('../../lab/client/access-log.ts'),
      import('../../lab/client/log-file.ts'),
    ]);
    const inventory = await loadInventory(await this.resolveInventory(flags.inventory));
    const file = flags.log === undefined ? undefined : openLogFile(flags.log);
    const write = (line: string): void => {
      this.log(line);
      file?.append(line);
    };
    const summary = await runLabClient(inventory, {
      server: args.server,
      daemon: flags.daemon,
      interval_ms: flags['interval-ms'],
      timeout_ms: flags['timeout-ms'],
      duration_ms: flags.duration === undefined ? undefined : flags.duration * 1000,
      signal: file === undefined ? this.interruption : AbortSignal.any([this.interruption, file.failed]),
      onAttempt: (attempt) => write(accessLogLine(attempt)),
    });
    for (const line of describeAccess(summary)) write(line);
    file?.close();
    return summary;
  }

  /** Ctrl-C is how it usually ends: the summary is its result all the same. */
  protected override async onInterrupt(): Promise<AccessSummary | undefined> {
    const [ended] = await Promise.allSettled([this.#running]);
    return ended.status === 'fulfilled' ? ended.value : undefined;
  }
}
