import { UserError } from '../errors.ts';

/** One thing that is wrong in an inventory. Lines and columns count from 1. */
export interface InventoryProblem {
  /** Path of the inventory as it was given. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What stands there, as a person would say it. */
  readonly found: string;
  readonly expected: string;
  /** Nearest valid word. */
  readonly suggestion: string | undefined;
  /** The whole of it in one line, without the position. */
  readonly message: string;
}

/** Everything wrong in an inventory, at once. Its message has one line a problem, each beginning `file:line:column: `. */
export class InventoryError extends UserError {
  readonly problems: readonly InventoryProblem[];

  constructor(problems: readonly InventoryProblem[]) {
    super(problems.map(renderProblem).join('\n'), {
      hint:
        problems.length === 1
          ? 'correct the line above and run the command again; nothing was changed'
          : `correct the ${String(problems.length)} lines above and run the command again; nothing was changed`,
    });
    this.name = 'InventoryError';
    this.problems = problems;
  }
}

function renderProblem(problem: InventoryProblem): string {
  return `${problem.file}:${String(problem.line)}:${String(problem.column)}: ${problem.message}`;
}
