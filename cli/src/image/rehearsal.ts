import { gzipSync } from 'node:zlib';
import { packTar } from '@dbss/agent/configuration/ustar.ts';
import type { ImageSources } from './recipe.ts';

/** Of the password `rehearsal`. */
const PASSWORD_HASH = '$6$DBSSrehearsal$Tf5nCQBHNRVsXN8jdbiuqgyP76EF8jyTWg/LlwTElzOLC7KZLnrdpgD9auaObzqVpZ7OEZcz.XElN1WARrWGW.';

/**
 * An installation procedure of no server, which an original server applies to itself: it takes the same ways as a real one, mounts from
 * the guest's own kernel, starts every daemon and has a user for the work of a client (usr/lib/dbss/rehearse-work), so that all of it has been run once before it matters.
 * The user's password is no secret: he is there while the guest's link is down. Addresses are those set apart for documentation (RFC 5737).
 */
export function rehearsalProcedure(sources: ImageSources): Buffer {
  const settings = [
    `SERVER='rehearsal'`,
    `VERSION='rehearsal'`,
    `DAEMONS='${sources.recipe.rehearsed_daemons.join(' ')}'`,
    `HOST_NAME='rehearsal'`,
    `GATEWAY='192.0.2.254'`,
    `STORAGE_SOURCE='127.0.0.1:/'`,
    `STORAGE_MOUNT_POINT='/srv/rehearsal'`,
    `STORAGE_FSTYPE='nfs4'`,
    `STORAGE_OPTIONS='rw,hard,noatime'`,
    '',
  ];
  const files = [
    { path: 'install.sh', content: sources.installScript, mode: 0o755 },
    { path: 'procedure.conf', content: settings.join('\n'), mode: 0o600 },
    { path: 'passwd', content: 'rehearsal:x:1000:1000::/srv/rehearsal/home:/bin/sh\n', mode: 0o644 },
    { path: 'shadow', content: `rehearsal:${PASSWORD_HASH}:19000:0:99999:7:::\n`, mode: 0o600 },
    { path: 'group', content: 'rehearsal:x:1000:\n', mode: 0o644 },
    { path: 'files', content: sources.rehearsalFiles.map((file) => `${file.path}\n`).join(''), mode: 0o644 },
    ...sources.rehearsalFiles.map((file) => ({ path: `rootfs/${file.path}`, content: file.text, mode: 0o644 })),
  ];
  return gzipSync(packTar(files), { level: 9 });
}

/** Where the agent of a server puts an installation procedure into the guest; the receiver there knows it too. */
export const PROCEDURE_IN_GUEST = '/run/dbss/procedure.tar.gz';

/** The rehearsal by hand, as the receiver in the guest does it: for the build, where no agent is at the other end of its report port. */
export function rehearsalScript(now_s: number): string {
  return [
    'set -e; rm -rf /run/dbss/procedure; mkdir -p /run/dbss/procedure',
    `tar -xzf ${PROCEDURE_IN_GUEST} -C /run/dbss/procedure; cd /run/dbss/procedure`,
    `export DBSS_ADDRESS=192.0.2.1 DBSS_PREFIX_LENGTH=24 DBSS_MAC=02:db:55:00:00:00 DBSS_NOW=${now_s.toFixed(2)}`,
    '. /usr/lib/dbss/enter-rehearsal; sh ./install.sh; cd /; set -- 00 pristine; . /usr/lib/dbss/leave-rehearsal',
  ].join('; ');
}
