/** A script could not be run on this server: nothing is known of the service that it examines, neither good nor bad. */
export class ScriptNotRun extends Error {
  override readonly name = 'ScriptNotRun';
  readonly script: string;
  readonly reason: string;

  constructor(script: string, reason: string, options?: ErrorOptions) {
    super(`${script} is not run: ${reason}`, options);
    this.script = script;
    this.reason = reason;
  }
}
