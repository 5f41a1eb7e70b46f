import type { Failure } from '../commands-base/failure.ts';

/** What a dbssctl that was run by a playbook says of its own failure. */
export type ToldFailure = Pick<Failure, 'kind' | 'message' | 'hint' | 'causes'>;

/** The failure that a `dbssctl … --json` told on standard output; undefined when the text is something else. */
export function parseToldFailure(stdout: string): ToldFailure | undefined {
  if (!stdout.trimStart().startsWith('{')) return undefined;
  const error = errorIn(stdout);
  if (typeof error !== 'object' || error === null || !('kind' in error) || !('message' in error)) return undefined;
  const { kind, message } = error;
  if ((kind !== 'user' && kind !== 'broken' && kind !== 'unexpected') || typeof message !== 'string') return undefined;
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
  const causes = 'causes' in error && Array.isArray(error.causes) ? error.causes.map(String) : [];
  return { kind, message, hint, causes };
}

function errorIn(stdout: string): unknown {
  try {
    return (JSON.parse(stdout) as { readonly error?: unknown }).error;
  } catch (error) {
    // Another program's output may begin with a brace, too.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
