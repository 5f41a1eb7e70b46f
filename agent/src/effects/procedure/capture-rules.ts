/** What makes a daemon serve as it does, as data: which files are captured of it (§3.1). Paths are without the leading slash. */
export interface CaptureRule {
  /** Debian packages that the original server must have. */
  readonly packages: readonly string[];
  /** Where parts lie that the daemon loads: packages of such a name that the server has and that bring some, the original server must have, too. */
  readonly parts?: { readonly names: RegExp; readonly directory: string };
  /** Files, and directories with everything below them. What is not there is left out. */
  readonly paths: readonly string[];
  /** Left out of the directories: what belongs to the package's version and is no setting. */
  readonly excludes?: readonly string[];
  /** Units whose own files and drop-ins are captured, beside the daemon's. */
  readonly units?: readonly string[];
  /** The unit that reads the files, where the daemon's own is only a frame around it. */
  readonly reader?: string;
  /** Files that the daemon reads at each use, or again by itself when they are changed. */
  readonly live?: readonly RegExp[];
  /** Most of its processes see this directory as their root, and look names up with copies that lie there. */
  readonly rootDirectory?: string;
}

/** PAM reads its stack for each login (pam_start(3)). */
const PAM = /^etc\/pam\.d\//;
/** What the stacks of Debian's daemons include: who gets in, and by what. */
const PAM_COMMON = ['common-auth', 'common-account', 'common-password'].map((name) => `etc/pam.d/${name}`);
/** Whoever checks a password there looks into the file at that moment. */
const PASSWORD_FILE = /(^|[/.])ht(passwd|digest)$/;

const RULES: Readonly<Record<string, CaptureRule>> = {
  vsftpd: {
    packages: ['vsftpd'],
    paths: [
      'etc/vsftpd.conf',
      'etc/vsftpd',
      'etc/vsftpd.user_list',
      'etc/vsftpd.chroot_list',
      'etc/ftpusers',
      'etc/pam.d/vsftpd',
      ...PAM_COMMON,
    ],
    // The process of each connection reads them; /etc/ftpusers is pam_listfile's.
    live: [/^etc\/(vsftpd\.|vsftpd\/)user_list$/, /^etc\/ftpusers$/, PAM],
  },
  ssh: {
    packages: ['openssh-server'],
    paths: ['etc/ssh', 'etc/pam.d/sshd', 'etc/default/ssh', ...PAM_COMMON],
    excludes: ['etc/ssh/moduli'],
    live: [/^etc\/ssh\/(.*\/)?authorized_keys(\.d)?(\/|$)/, PAM],
  },
  apache2: {
    packages: ['apache2'],
    parts: { names: /^libapache2-mod-/, directory: 'usr/lib/apache2/modules' },
    paths: ['etc/apache2', 'etc/default/apache2', 'etc/default/locale'],
    live: [PASSWORD_FILE],
  },
  postfix: {
    packages: ['postfix'],
    parts: { names: /^postfix-/, directory: 'usr/lib/postfix' },
    paths: ['etc/postfix', 'etc/aliases', 'etc/aliases.db', 'etc/mailname'],
    excludes: ['post-install', 'postfix-script', 'postfix-files', 'postfix-files.d', 'makedefs.out'].map((name) => `etc/postfix/${name}`),
    units: ['postfix@-.service', 'postfix@.service'],
    reader: 'postfix@-.service',
    live: [/^etc\/(aliases|aliases\.db|postfix\/.*\.(db|cdb|lmdb))$/],
    rootDirectory: 'var/spool/postfix',
  },
  dovecot: {
    packages: ['dovecot-core', 'dovecot-imapd'],
    parts: { names: /^dovecot-/, directory: 'usr/lib/dovecot' },
    paths: ['etc/dovecot', 'etc/pam.d/dovecot', 'etc/default/dovecot', ...PAM_COMMON],
    live: [/^etc\/dovecot\/users$/, PAM],
  },
  squid: { packages: ['squid'], paths: ['etc/squid', 'etc/pam.d/squid', 'etc/default/squid', ...PAM_COMMON], live: [PASSWORD_FILE, PAM] },
};

/** Of every server: whom its daemons can name, and what time they write into their logs. */
export const COMMON_PATHS = ['etc/hosts', 'etc/resolv.conf', 'etc/localtime', 'etc/timezone'] as const;

/** Copied into a daemon's root directory, as Debian's start of postfix does (configure-instance.sh). */
export const COPIED_INTO_ROOT: readonly string[] = ['hosts', 'resolv.conf', 'localtime', 'services', 'host.conf', 'nsswitch.conf'].map(
  (name) => `etc/${name}`,
);

/** Never captured as files, whoever names them: what tells machines apart, the ring's own secrets, and accounts, which go line by line. */
export const NEVER: readonly string[] = [
  ...['dbss', 'machine-id', 'hostname', 'fstab', 'mtab', 'systemd/network', 'network', 'netplan'].map((name) => `etc/${name}`),
  ...['passwd', 'passwd-', 'shadow', 'shadow-', 'group', 'group-', 'gshadow', 'gshadow-', 'subuid', 'subgid'].map((name) => `etc/${name}`),
];

/** Read through where they are links: what they name may not be in the original server. */
export const READ_THROUGH: readonly string[] = ['etc/hosts', 'etc/resolv.conf', 'etc/localtime'];

/** What editors and dpkg leave beside a file. */
const LEFT_OVER = /(~|\.(sw[a-p]|dpkg-(old|dist|new|tmp)|ucf-(old|dist|new)))$|(^|\/)(\.#|#)[^/]*$/;

/** What is captured of a daemon; of one that nobody has written a rule for, what lies under its name. */
export function captureRule(daemon: string): CaptureRule {
  if (Object.hasOwn(RULES, daemon)) return RULES[daemon] as CaptureRule;
  return { packages: [], paths: [`etc/${daemon}`, `etc/${daemon}.conf`, `etc/default/${daemon}`] };
}

/** Unit files of a daemon that an administrator made, and drop-ins. */
export function unitPaths(daemon: string): readonly string[] {
  return [`${daemon}.service`, ...(captureRule(daemon).units ?? [])].flatMap((unit) => [
    `etc/systemd/system/${unit}`,
    `etc/systemd/system/${unit}.d`,
  ]);
}

export function isLeftOver(path: string): boolean {
  return LEFT_OVER.test(path);
}
