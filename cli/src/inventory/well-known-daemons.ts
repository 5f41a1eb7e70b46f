import type { Service } from '@dbss/agent/protocol/ring/ring-configuration.ts';

/** A daemon that dbssctl knows: how it is examined, its unit on Debian, and the packages that bring it. */
export interface WellKnownDaemon extends Service {
  readonly packages: readonly string[];
}

/**
 * Daemons that need neither probe nor port in an inventory, by the name used there. `daemon` is the systemd service that is started: on
 * Debian `sshd` is an alias which exists only while ssh is enabled, so it is called by its own name.
 */
export const WELL_KNOWN_DAEMONS: Readonly<Record<string, WellKnownDaemon>> = {
  postfix: { daemon: 'postfix', probe: 'smtp', port: 25, packages: ['postfix'] },
  dovecot: { daemon: 'dovecot', probe: 'imap', port: 143, packages: ['dovecot-imapd'] },
  ssh: { daemon: 'ssh', probe: 'ssh', port: 22, packages: ['openssh-server'] },
  sshd: { daemon: 'ssh', probe: 'ssh', port: 22, packages: ['openssh-server'] },
  vsftpd: { daemon: 'vsftpd', probe: 'ftp', port: 21, packages: ['vsftpd'] },
  apache2: { daemon: 'apache2', probe: 'http', port: 80, packages: ['apache2'] },
  squid: { daemon: 'squid', probe: 'proxy', port: 3128, packages: ['squid'] },
};

/** The daemon's entry, or undefined: a daemon that the inventory must describe with probe and port. */
export function wellKnownDaemon(name: string): WellKnownDaemon | undefined {
  return Object.hasOwn(WELL_KNOWN_DAEMONS, name) ? WELL_KNOWN_DAEMONS[name] : undefined;
}
