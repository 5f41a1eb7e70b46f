const BLOCK_BYTES = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;

/** A file, a symbolic link (`linkTo`) or, with neither content nor `linkTo`, a directory in an archive. */
export interface ArchiveEntry {
  /** Relative, with slashes. */
  readonly path: string;
  /** Permissions, e.g. 0o644. */
  readonly mode: number;
  readonly content?: string | Buffer;
  readonly linkTo?: string;
  /** Without it root. */
  readonly owner?: ArchiveOwner;
}

/** Who unpacks goes by the names where it knows them, and by the numbers else. */
export interface ArchiveOwner {
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
}

const ROOT: ArchiveOwner = { uid: 0, gid: 0, user: 'root', group: 'root' };

/**
 * Entries as a POSIX ustar archive: the same bytes for the same entries, whoever packs them and when. In the given order, from the first of January
 * 1970.
 *
 * @throws Error for a path or a link that has no room in a header
 */
export function packTar(entries: readonly ArchiveEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = typeof entry.content === 'string' ? Buffer.from(entry.content, 'utf8') : (entry.content ?? Buffer.alloc(0));
    const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES);
    return [header(entry, content.length), content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function header(entry: ArchiveEntry, size_bytes: number): Buffer {
  const { owner = ROOT, linkTo = '' } = entry;
  const [prefix, name] = splitPath(entry.path);
  if (Buffer.byteLength(linkTo) > NAME_BYTES) throw new Error(`${entry.path}: too long a link for an installation procedure file`);
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name, 0, 'utf8');
  octal(block, 100, 8, entry.mode);
  octal(block, 108, 8, owner.uid);
  octal(block, 116, 8, owner.gid);
  octal(block, 124, 12, size_bytes);
  octal(block, 136, 12, 0); // mtime
  block.fill(' ', 148, 156); // the checksum counts itself as spaces
  block.write(typeOf(entry), 156);
  block.write(linkTo, 157, 'utf8');
  block.write('ustar\u000000', 257, 'latin1');
  block.write(owner.user, 265, 31, 'utf8');
  block.write(owner.group, 297, 31, 'utf8');
  block.write(prefix, 345, 'utf8');
  octal(
    block,
    148,
    7,
    block.reduce((sum, byte) => sum + byte, 0),
  );
  return block;
}

function typeOf({ content, linkTo }: ArchiveEntry): string {
  if (linkTo !== undefined) return '2';
  return content === undefined ? '5' : '0';
}

/** A long path is split at a slash: its beginning has a field of its own. */
function splitPath(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= NAME_BYTES) return ['', path];
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    const parts = [path.slice(0, slash), path.slice(slash + 1)] as const;
    if (Buffer.byteLength(parts[1]) > NAME_BYTES) break;
    if (Buffer.byteLength(parts[0]) <= PREFIX_BYTES) return parts;
  }
  throw new Error(`${path}: too long a path for an installation procedure file`);
}

/** Digits that fill a field of the header up to its closing NUL. */
function octal(block: Buffer, offset: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
}
