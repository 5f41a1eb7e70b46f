/** An error and its causes in words, for a log line. */
export function reasonOf(error: unknown): string {
  const reasons: string[] = [];
  for (let current = error; current !== undefined && reasons.length < 5; current = isError(current) ? current.cause : undefined) {
    const words = wordsOf(current);
    if (!reasons.includes(words)) reasons.push(words);
  }
  return reasons.join(': ');
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the other side',
  EPIPE: 'connection closed by the other side',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
};

function wordsOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (!isError(error)) return JSON.stringify(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const words = code === undefined ? undefined : WORDS[code];
  return words ?? (error.message === '' ? (code ?? error.name) : error.message);
}

/** Also for errors of another realm, for which `instanceof` is false. */
function isError(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === '[object Error]';
}
