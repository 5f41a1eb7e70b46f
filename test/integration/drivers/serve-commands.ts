import { createInterface } from 'node:readline';

/** Say that this driver is ready, then answer commands until standard input ends. */
export function serveCommands(commands: Readonly<Record<string, (...args: never[]) => unknown>>): void {
  const say = (answer: object): void => {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  };
  say({ id: 0, value: 'ready' });
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      const { id, command, args } = JSON.parse(line) as { id: number; command: string; args: never[] };
      Promise.resolve()
        .then(() => commands[command]?.(...args))
        .then(
          (value) => say({ id, value }),
          (error: unknown) => say({ id, error: error instanceof Error ? error.message : String(error) }),
        );
    })
    .on('close', () => process.exit(0));
}
