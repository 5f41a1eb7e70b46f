#!/bin/sh
# Last step of building the lab's host root filesystem: its own files, and nothing in it of the machine that built it.
#   customize.sh ROOT
set -eu
root=$1
here=$(dirname "$(readlink -f "$0")")

cp -R "$here/rootfs/." "$root/"
chroot "$root" systemctl preset-all 2>/dev/null

# Every machine gets an identity of its own when it is installed.
rm -f "$root"/etc/ssh/ssh_host_*_key "$root"/etc/ssh/ssh_host_*_key.pub "$root/var/lib/dbus/machine-id"
: >"$root/etc/machine-id"
echo localhost >"$root/etc/hostname"
echo "# No name server: the lab has no way out." >"$root/etc/resolv.conf"
chroot "$root" postconf -X myhostname

# What was set for the build alone.
rm -f "$root/etc/apt/apt.conf.d/99mmdebstrap"
