import { inspect } from 'node:util';
import { CLIError, ModuleLoadError } from '@oclif/core/errors';
import { BrokenError, UserError } from '../errors.ts';

/** A failed command as the user is told of it: as text on standard error, or as JSON on standard output. */
export interface Failure {
  readonly kind: 'user' | 'broken' | 'unexpected';
  readonly message: string;
  /** The next step. */
  readonly hint: string | undefined;
  /** What was wrong, one by one, when the error carries a list (an inventory's problems). */
  readonly problems: readonly unknown[] | undefined;
  /** Messages of the causes, outermost first. */
  readonly causes: readonly string[];
  /** Only for what nobody foresaw: everything that is known. */
  readonly stack: string | undefined;
  readonly exitCode: 1 | 2;
}

/**
 * Tells what the user did wrong (exit code 2) from what broke (1) and from a defect of dbssctl (1, with its stack).
 * @param commandId the command that failed, e.g. `lab up`
 */
export function describeFailure(error: unknown, commandId: string): Failure {
  if (error instanceof UserError) return { ...common(error), kind: 'user', hint: error.hint, exitCode: 2 };
  if (error instanceof BrokenError) return { ...common(error), kind: 'broken', hint: error.hint, exitCode: 1 };
  if (isCommandLineError(error)) return { ...common(error), kind: 'user', ...commandLine(error, commandId), exitCode: 2 };
  return {
    kind: 'unexpected',
    message: error instanceof Error ? error.message : typeof error === 'string' ? error : inspect(error),
    hint: 'this is a defect of dbssctl; please report it with the lines above',
    problems: undefined,
    causes: causes(error),
    stack: inspect(error, { depth: 4 }),
    exitCode: 1,
  };
}

/** oclif's own complaints are about the command line, except when a file of dbssctl itself cannot be loaded. */
export function isCommandLineError(error: unknown): error is CLIError {
  return error instanceof CLIError && !(error instanceof ModuleLoadError);
}

/** The failure as lines for a person, without a stack unless nobody foresaw it. */
export function renderFailure(failure: Failure): string {
  const lines = failure.stack === undefined ? [`Error: ${failure.message}`] : [`Unexpected error: ${failure.stack}`];
  if (failure.stack === undefined) lines.push(...failure.causes.map((cause) => `  because: ${cause.replaceAll('\n', '\n           ')}`));
  if (failure.hint !== undefined) lines.push(`Next step: ${failure.hint}`);
  return lines.join('\n');
}

/** The failure as `--json` prints it: `{ error: { kind, message, hint?, problems?, causes?, stack? } }`. */
export function failureJson(failure: Failure): { readonly error: Record<string, unknown> } {
  const { kind, message, hint, problems, causes, stack } = failure;
  return {
    error: {
      kind,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(problems === undefined ? {} : { problems }),
      ...(causes.length === 0 ? {} : { causes }),
      ...(stack === undefined ? {} : { stack }),
    },
  };
}

function common(error: Error): Pick<Failure, 'message' | 'problems' | 'causes' | 'stack'> {
  const problems = 'problems' in error && Array.isArray(error.problems) ? (error.problems as readonly unknown[]) : undefined;
  return { message: error.message, problems, causes: causes(error), stack: undefined };
}

function causes(error: unknown): readonly string[] {
  const messages: string[] = [];
  for (let cause = error instanceof Error ? error.cause : undefined; cause !== undefined && messages.length < 10;) {
    messages.push(cause instanceof Error ? cause.message : inspect(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return messages;
}

/** Its pointer to the help becomes the hint. */
function commandLine(error: CLIError, commandId: string): { readonly message: string; readonly hint: string } {
  return {
    message: error.message.replace('\nSee more help with --help', ''),
    hint: `dbssctl ${commandId} --help shows how it is called`,
  };
}
