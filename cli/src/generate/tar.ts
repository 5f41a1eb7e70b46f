import { BrokenError } from '../errors.ts';
import type { GeneratedFile } from './generated-file.ts';

const BLOCK_BYTES = 512;

/**
 * Files as a POSIX ustar archive: the same bytes for the same files, whoever packs them and when. In the given order, owned by root, from
 * the first of January 1970.
 *
 * @throws BrokenError for a path of more than 100 bytes
 */
export function packTar(files: readonly GeneratedFile[]): Buffer {
  const parts = files.flatMap((file) => {
    const content = typeof file.content === 'string' ? Buffer.from(file.content, 'utf8') : file.content;
    const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES);
    return [header(file, content.length), content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function header(file: GeneratedFile, size_bytes: number): Buffer {
  if (Buffer.byteLength(file.path) > 100) {
    throw new BrokenError(`${file.path}: too long a path for an installation procedure file`, { hint: 'at most 100 bytes' });
  }
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(file.path, 0, 'utf8');
  octal(block, 100, 8, file.mode);
  octal(block, 108, 8, 0); // uid
  octal(block, 116, 8, 0); // gid
  octal(block, 124, 12, size_bytes);
  octal(block, 136, 12, 0); // mtime
  block.fill(' ', 148, 156); // the checksum counts itself as spaces
  block.write('0', 156); // a regular file
  block.write('ustar\u000000', 257, 'latin1');
  block.write('root', 265);
  block.write('root', 297);
  octal(
    block,
    148,
    7,
    block.reduce((sum, byte) => sum + byte, 0),
  );
  return block;
}

/** Digits that fill a field of the header up to its closing NUL. */
function octal(block: Buffer, offset: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
}
