import type { Conversation } from './conversation.ts';

/** A reply of SMTP or FTP: a code and text, or several lines of which the last has a space after the code. */
export async function reply(conversation: Conversation, what: string, code: string): Promise<void> {
  for (let lines = 0; lines < 64; lines += 1) {
    const line = await conversation.line(what);
    if (lines === 0 && !new RegExp(`^${code}([ -]|$)`).test(line)) throw unexpected(what, line);
    if (line === code || line.startsWith(`${code} `)) return;
  }
  throw new Error(`${what} has no end`);
}

/** Status of an HTTP answer whose head is well-formed and complete; its body is what comes next. */
export async function httpStatus(conversation: Conversation): Promise<number> {
  const statusLine = await conversation.line('the HTTP answer');
  const status = /^HTTP\/1\.[01] ([1-5]\d\d)( |$)/.exec(statusLine)?.[1];
  if (status === undefined) throw unexpected('the HTTP answer', statusLine);
  for (let lines = 0; lines < 256; lines += 1) {
    const line = await conversation.line('the end of the HTTP head');
    if (line === '') return Number(status);
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+:|^[ \t]/.test(line)) throw unexpected('a field of the HTTP head', line);
  }
  throw new Error('the HTTP head has no end');
}

export function unexpected(what: string, found: string): Error {
  const text = found.length > 80 ? `${found.slice(0, 80)}…` : found;
  return new Error(`${what} was ${JSON.stringify(text)}`);
}
