/** One file as it is to stand below `generated/`. */
export interface GeneratedFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly content: string | Buffer;
  /** Permissions, e.g. 0o644. */
  readonly mode: number;
}

/** A file as it is to stand below `/` on a machine: `etc/vsftpd.conf`. */
export type RootfsFile = GeneratedFile;
