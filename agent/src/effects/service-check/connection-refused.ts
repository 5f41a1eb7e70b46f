/** Nobody listens at a service's port: its daemon is dead, whatever else may be the matter. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
}

/** Whether an error says that nobody listens, also one of a library that makes its own connections. */
export function isRefused(error: unknown): boolean {
  return (
    error instanceof ConnectionRefused || (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ECONNREFUSED')
  );
}

/** An error in other words that is still of the kind of `error`. */
export function sameKindOfError(message: string, error: unknown, options?: ErrorOptions): Error {
  return isRefused(error) ? new ConnectionRefused(message, options) : new Error(message, options);
}
