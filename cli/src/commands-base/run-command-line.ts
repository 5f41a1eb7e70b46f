import { run } from '@oclif/core/run';
import { UserError } from '../errors.ts';
import { describeFailure, failureJson, isCommandLineError, renderFailure } from './failure.ts';

/**
 * Runs one command line and ends the process with its exit code: 0, 1 for what broke, 2 for what the user did wrong.
 * @param argv words after `dbssctl`
 * @param programUrl URL of a file in the package whose package.json describes the commands
 */
export async function runCommandLine(argv: readonly string[], programUrl: string): Promise<never> {
  try {
    await run([...argv], programUrl);
  } catch (error) {
    // Commands report their own failures: here come only those before a command was found, and defects.
    const failure = describeFailure(isCommandLineError(error) ? notACommand(argv) : error, '');
    process.exitCode = failure.exitCode;
    if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(failureJson(failure), null, 2)}\n`);
    else process.stderr.write(`${renderFailure(failure)}\n`);
  }
  // A finished command is finished: no connection or timer that it left keeps the terminal waiting. Nothing printed is lost: writing to
  // a terminal, a file or a pipe is synchronous on Linux.
  process.exit();
}

function notACommand(argv: readonly string[]): UserError {
  const firstFlag = argv.findIndex((word) => word.startsWith('-'));
  const words = firstFlag === -1 ? argv : argv.slice(0, firstFlag);
  return new UserError(`"dbssctl ${words.join(' ')}" is not a command`, { hint: 'dbssctl --help lists the commands' });
}
