/** What the user did wrong: shown without a stack, exit code 2. `hint` is the next step. */
export class UserError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'UserError';
    this.hint = options.hint;
  }
}

/** What broke although the user did nothing wrong: exit code 1, the cause is kept. `hint` is the next step. */
export class BrokenError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'BrokenError';
    this.hint = options.hint;
  }
}
