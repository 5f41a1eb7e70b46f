/** Nobody listens at a service's port: its daemon is dead, whatever else may be the matter. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
}

/** A reason in other words that is still of the kind of `cause`. */
export function sameKindOfError(message: string, cause: unknown): Error {
  return cause instanceof ConnectionRefused ? new ConnectionRefused(message) : new Error(message);
}
