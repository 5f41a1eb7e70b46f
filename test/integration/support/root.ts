const missing = process.getuid?.() === 0 ? undefined : 'they need root to make network namespaces';

if (missing !== undefined) process.stderr.write(`Integration tests are skipped: ${missing}.\n`);

/** `describe` where the machine allows it; elsewhere the tests show as skipped. */
export const describeAsRoot = missing === undefined ? describe : describe.skip;
