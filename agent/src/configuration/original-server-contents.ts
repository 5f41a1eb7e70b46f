/**
 * `contents.json` beside the original server's disk: what is in it, so that a server can tell at the capture of its installation procedure what the original
 * server lacks, and need not put into it what is there already.
 */
export interface OriginalServerContents {
  readonly format: 1;
  /** templates/procedure/install.sh, as it was rehearsed in this original server. */
  readonly installScript: string;
  /** Versions of the installed Debian packages, by name. */
  readonly packages: Readonly<Record<string, string>>;
  /** Names of the unit files of systemd. */
  readonly units: readonly string[];
  /** Text of `/etc/passwd` and `/etc/group`. */
  readonly passwd: string;
  readonly group: string;
  /** Files and links below `/etc`, by path without the leading slash; see `fileFingerprint` and `linkFingerprint`. */
  readonly files: Readonly<Record<string, string>>;
}

/** What tells one state of a file from another: permissions, owners by name, SHA-256 of the content. */
export function fileFingerprint(file: {
  readonly mode: number;
  readonly user: string;
  readonly group: string;
  readonly sha256: string;
}): string {
  return `${(file.mode & 0o7777).toString(8)} ${file.user}:${file.group} ${file.sha256}`;
}

export function linkFingerprint(target: string): string {
  return `-> ${target}`;
}

/** One that is held back is installed, too (dpkg(1)). */
const INSTALLED = /^(install|hold) ok installed$/;

/** Versions of the installed packages, by name, from the text of dpkg's status file. */
export function installedPackages(status: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    status.split(/\n\n+/).flatMap((block) => {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const name = field('Package');
      return name === undefined || !INSTALLED.test(field('Status') ?? '') ? [] : [[name, field('Version') ?? ''] as const];
    }),
  );
}
