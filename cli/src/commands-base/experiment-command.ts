import { Flags } from '@oclif/core';
import type { ExperimentConfiguration } from '../experiment/configuration.ts';
import type { ExperimentName } from '../experiment/experiments.ts';
import type { ExperimentOrder } from '../experiment/prepare-experiment.ts';
import type { Cell } from '../experiment/summary.ts';
import type { RunRecord } from '../experiment/run-record.ts';
import { DbssCommand, inventoryFlag } from './dbss-command.ts';

/** What every experiment can be told. */
export const experimentFlags = {
  inventory: inventoryFlag,
  method: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'METHOD[,METHOD]',
    summary: "Methods to compare; their runs alternate. Without it the inventory's own.",
  }),
  runs: Flags.integer({
    min: 1,
    default: 10,
    helpValue: 'N',
    summary: 'Runs of each case with each method, those that are recorded already included.',
  }),
  record: Flags.string({
    helpValue: 'DIR',
    summary: 'Where runs are recorded; without it beside the inventory, in .dbss/<inventory>/experiments.',
  }),
};

/** The same, where servers fail. */
export const failureFlags = {
  ...experimentFlags,
  case: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'CASE',
    summary: 'Only this case, e.g. Nt; can be given several times.',
  }),
  moment: Flags.option({
    options: ['middle', 'random'] as const,
    default: 'middle' as const,
    summary: 'When servers fail: at the middle of the monitoring interval, as in the paper, or at a random moment of it.',
  })(),
  seed: Flags.integer({
    min: 0,
    max: 2 ** 31 - 1,
    helpValue: 'N',
    summary: 'Of the random moments; without it the one of the record, else a new one.',
  }),
};

/** What an experiment's command tells with `--json`. */
export interface ExperimentResult {
  readonly record: string;
  readonly configuration: ExperimentConfiguration;
  /** Medians and spread; empty for Table 1, whose runs tell it all. */
  readonly cells: readonly Cell[];
  /** Runs with what was measured from their logs, which are in the record. */
  readonly runs: readonly object[];
}

/** A command that repeats an experiment of section 5. */
export abstract class ExperimentCommand extends DbssCommand {
  #running: Promise<unknown> = Promise.resolve();

  /**
   * Run an experiment to its end, with progress.
   * @returns what is recorded of it then
   */
  protected async experiment(
    name: ExperimentName,
    flags: {
      readonly inventory: string | undefined;
      readonly method: readonly string[] | undefined;
      readonly runs: number;
      readonly record: string | undefined;
      readonly case?: readonly string[] | undefined;
      readonly moment?: ExperimentOrder['moment'];
      readonly seed?: number | undefined;
    },
  ): Promise<ExperimentResult> {
    const [{ prepareExperiment }, { runExperiment, runsToDo, timeToGo_s }, { renderSummary }, { summarize }, { clock }, measureRun] =
      await Promise.all([
        import('../experiment/prepare-experiment.ts'),
        import('../experiment/run-experiment.ts'),
        import('../experiment/render-summary.ts'),
        import('../experiment/summary.ts'),
        import('../experiment/describe-run.ts'),
        import('../experiment/measure-run.ts'),
      ]);
    const experiment = await prepareExperiment({
      name,
      inventoryFile: await this.resolveInventory(flags.inventory),
      methods: flags.method ?? [],
      runs: flags.runs,
      cases: flags.case ?? [],
      moment: flags.moment ?? 'middle',
      seed: flags.seed,
      record: flags.record,
    });
    const { store, inventory, methods, cases } = experiment;
    const { configuration } = store;
    const toDo = runsToDo(experiment);
    const seed = configuration.seed === null ? '' : `, seed ${configuration.seed}`;
    this.log(`${name}: ${cases.join(', ')} with ${methods.join(' and ')}, ${flags.runs} runs each${seed}; recorded in ${store.directory}`);
    if (toDo.length === 0) this.log('All of these runs are recorded; nothing is done.');
    else {
      const end = new Date(Date.now() + timeToGo_s(experiment) * 1000);
      this.log(
        `${toDo.length} runs are to be done. The lab of ${inventory.path} is brought up and bootstrapped where it is not; its servers then fail for real. ` +
          `Ends about ${clock(end)}. Ctrl-C stops it; the same command goes on.`,
      );
      const running = runExperiment(experiment, { signal: this.interruption, say: (line) => this.log(`${timeOfDay()} ${line}`) });
      this.#running = running;
      await running;
    }
    this.log(renderSummary(configuration, store.records));
    this.log(`A report with figures: dbssctl experiment report ${flags.record ?? ''}`.trimEnd());
    const failures = store.records.filter((record) => record.kind === 'failure');
    return {
      record: store.directory,
      configuration,
      cells: name === 'table1' ? [] : summarize(name, failures),
      runs: store.records.map((record) => withoutLogs(record, measureRun)),
    };
  }

  /** The run under way is dropped, and the ring waited for. */
  protected override async onInterrupt(): Promise<void> {
    await Promise.allSettled([this.#running]);
    this.logToStderr('Next step: the same command goes on with the runs that are missing; dbssctl ring show tells how the ring is');
  }
}

function withoutLogs(record: RunRecord, { activationOf, targetsOf, troublesOfRun }: typeof import('../experiment/measure-run.ts')): object {
  const rest = Object.entries(record).filter(([key]) => !['log', 'access', 'events', 'servers'].includes(key));
  const measured = record.kind === 'failure' ? { targets: targetsOf(record) } : activationOf(record);
  return { ...Object.fromEntries(rest), ...measured, troubles: troublesOfRun(record) };
}

function timeOfDay(): string {
  return new Date().toTimeString().slice(0, 8);
}
