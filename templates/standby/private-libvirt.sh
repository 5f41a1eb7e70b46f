#!/bin/sh
# A libvirt daemon of its own for the build of the original server, in mount, network and process namespaces that the caller
# made: it sees the paths of a server (/var/lib/dbss), a bridge without ports, and nothing of the machine's own libvirt.
#
#   private-libvirt.sh <working directory> <bridge> <kvm|tcg>
#
# The working directory holds standby/ and original-server/, which appear under /var/lib/dbss; it gets run/libvirt-sock.
set -eu
work=$1 bridge=$2 accelerator=$3

# libvirtd refuses to start without the user that its Debian package makes; on a build machine that package may be missing.
{ grep -v '^libvirt-qemu:' /etc/passwd; echo 'libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin'; } >"$work/passwd"
{ grep -Ev '^(libvirt-qemu|kvm):' /etc/group; echo 'libvirt-qemu:x:64055:'; echo 'kvm:x:64056:'; } >"$work/group"
mount --bind "$work/passwd" /etc/passwd
mount --bind "$work/group" /etc/group

mkdir "$work/run" "$work/etc" "$work/var-log" "$work/var-cache"
mkdir -p "$work/var-lib/libvirt" "$work/var-lib/dbss/standby" "$work/var-lib/dbss/original-server"
cat >"$work/etc/qemu.conf" <<END
security_driver = "none"
cgroup_controllers = []
namespaces = []
user = "root"
group = "root"
stdio_handler = "file"
END
cat >"$work/etc/libvirtd.conf" <<END
auth_unix_ro = "none"
auth_unix_rw = "none"
END
mount --bind "$work/etc" /etc/libvirt
mount -t tmpfs none /run
mkdir /run/libvirt
mount --bind "$work/run" /run/libvirt
# libvirt would try a KVM that was found not to work: for it there is none. It asks whether it may write to /dev/kvm, and would
# ask QEMU for its abilities at every start if it may.
if [ "$accelerator" = tcg ] && [ -e /dev/kvm ]; then
  : >"$work/no-kvm"
  mount --bind "$work/no-kvm" /dev/kvm
  mount -o remount,bind,ro /dev/kvm
fi
# The working directory may itself lie below what is covered here: it is bound first.
mount --bind "$work/standby" "$work/var-lib/dbss/standby"
mount --bind "$work/original-server" "$work/var-lib/dbss/original-server"
mount --bind "$work/var-log" /var/log
mount --rbind "$work/var-lib" /var/lib
mount --bind "$work/var-cache" /var/cache

ip link set dev lo up
ip link add "$bridge" type bridge
ip link set dev "$bridge" up
# This shell is the first process of its namespace: it has to collect what libvirt leaves, for libvirt waits until a QEMU that it
# asked for its abilities is gone.
libvirtd &
wait $!
