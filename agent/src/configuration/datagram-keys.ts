/**
 * `/etc/dbss/datagram.key`: the secrets by which the ring's datagrams are authenticated, one a line, 32 bytes as 64 hex digits. The first one
 * signs; each of them is believed. So a key is changed without an interruption: append the new one everywhere, then put it first
 * everywhere, then take the old one away.
 */

/** Two keys overlap while they are changed; more are a mistake. */
const MOST_KEYS = 2;
const KEY_LINE = /^[0-9a-f]{64}$/;

/** The keys of a file; `signing` is also the first of `believed`. 32 bytes each. */
export interface DatagramKeys {
  readonly signing: Buffer;
  readonly believed: readonly Buffer[];
}

/** @throws Error in words, without the key, when the text is no such file */
export function parseDatagramKeys(text: string): DatagramKeys {
  const lines = text.split('\n').filter((line) => line !== '');
  const wrong = lines.findIndex((line) => !KEY_LINE.test(line));
  if (wrong >= 0) throw new Error(`key ${String(wrong + 1)} is not 64 lower-case hex digits`);
  const [signing, ...others] = lines.map((line) => Buffer.from(line, 'hex'));
  if (signing === undefined) throw new Error('no key in it');
  if (others.length >= MOST_KEYS) throw new Error(`${String(lines.length)} keys in it, at most ${String(MOST_KEYS)} at a time`);
  return { signing, believed: [signing, ...others] };
}

/** The text of a file with these keys, the signing one first. */
export function formatDatagramKeys(keys: readonly Buffer[]): string {
  return keys.map((key) => `${key.toString('hex')}\n`).join('');
}
