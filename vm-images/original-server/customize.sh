#!/bin/sh
# Last step of building the original server's root filesystem: its own files, and nothing in it of the machine that built it.
#   customize.sh ROOT
set -eu
root=$1
here=$(dirname "$(readlink -f "$0")")

cp -R "$here/rootfs/." "$root/"
chroot "$root" systemctl preset-all 2>/dev/null

# Host keys come with an installation procedure or are made at the rehearsal: no two standbys share one.
rm -f "$root"/etc/ssh/ssh_host_*_key "$root"/etc/ssh/ssh_host_*_key.pub "$root/var/lib/dbus/machine-id"
: >"$root/etc/machine-id"
echo original-server >"$root/etc/hostname"
printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
: >"$root/etc/resolv.conf"
chroot "$root" postconf -X myhostname
# What postfix's daemons see in their own root directory; postfix@.service.d leaves it out at the start.
chroot "$root" /usr/lib/postfix/configure-instance.sh -

# What was set for the build alone.
rm -f "$root/etc/apt/apt.conf.d/99mmdebstrap"
