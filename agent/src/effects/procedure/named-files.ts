/** A text is not searched beyond this. */
const LONGEST_TEXT_BYTES = 262_144;
/** Absolute paths of what may be a key or a certificate: by its name, or by where such things lie. */
const NAMED = /(?<![\w.-])\/((?:etc|usr\/local\/etc|opt|var\/lib)\/[A-Za-z0-9@%+=:,._/-]+)/g;
const IS_KEY = /\.(pem|key|crt|cer|cert|chain|p12|pfx|dh)$/;
const KEY_DIRECTORIES = /^etc\/(ssl|letsencrypt|pki)\//;

/** Whether a content is no text: it has a NUL in its beginning. */
export function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8_192).includes(0);
}

/** Keys and certificates that a configuration file names outside of comments, without the leading slash. */
export function namedFiles(content: Buffer): readonly string[] {
  if (isBinary(content) || content.length > LONGEST_TEXT_BYTES) return [];
  const text = content.toString('utf8').replaceAll(/^\s*[#;].*$/gm, '');
  const paths = [...text.matchAll(NAMED)].map(([, path = '']) => path.replace(/[.,:/]+$/, ''));
  return [...new Set(paths)].filter((path) => IS_KEY.test(path) || KEY_DIRECTORIES.test(path));
}
