import type { ListrTask } from 'listr2';

/** One step of a bootstrap as the user sees it. */
export interface Step {
  readonly title: string;
  /**
   * Does it, telling its progress in short lines.
   * @returns what it came to, in a few words
   */
  readonly run: (report: (progress: string) => void) => Promise<string>;
}

/** How progress is shown: redrawn lines on a terminal, plain lines elsewhere, nothing beside JSON. */
export type ProgressStyle = 'terminal' | 'lines' | 'silent';

/**
 * Run steps one after another and show their progress.
 *
 * @throws what a step throws; the steps after it do not run
 */
export async function runSteps(steps: readonly Step[], style: ProgressStyle): Promise<void> {
  if (style === 'silent') {
    for (const step of steps) await step.run(() => undefined);
    return;
  }
  if (style === 'lines') {
    await runInLines(steps, (line) => process.stdout.write(`${line}\n`));
    return;
  }
  const { Listr, PRESET_TIMER } = await import('listr2');
  const tasks = steps.map((step): ListrTask => ({
    title: step.title,
    task: async (_context, task) => {
      const result = await step.run((progress) => {
        task.output = progress;
      });
      task.title = `${step.title}: ${result}`;
    },
  }));
  await new Listr(tasks, {
    renderer: 'default',
    rendererOptions: { collapseErrors: true, showErrorMessage: false, timer: PRESET_TIMER },
    // Ctrl-C is dbssctl's to handle: it ends the running step first.
    registerSignalListeners: false,
  }).run();
}

/** The same in lines that scroll: for logs, pipes and CI. */
export async function runInLines(steps: readonly Step[], write: (line: string) => void): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const place = `[${index + 1}/${steps.length}]`;
    const start = performance.now();
    write(`${place} ${step.title}`);
    let last = '';
    const result = await step.run((progress) => {
      if (progress !== last) write(`${place}   ${progress}`);
      last = progress;
    });
    write(`${place} ${step.title}: ${result} (${seconds(performance.now() - start)})`);
  }
}

function seconds(duration_ms: number): string {
  return `${(duration_ms / 1000).toFixed(1)} s`;
}
