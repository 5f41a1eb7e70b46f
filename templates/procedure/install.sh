#!/bin/sh
# Installation procedure (§3.1): turns the original server into the virtual server of one failed server. It stands in the
# installation procedure file beside procedure.conf, the users' lines (passwd, shadow, group) and rootfs/, and runs there:
#
#   DBSS_ADDRESS=198.18.0.214 DBSS_PREFIX_LENGTH=24 DBSS_MAC=02:db:55:01:00:14 DBSS_NOW=1790000000.25 sh install.sh
#
# Under emulation every program that it starts costs 50 to 100 ms: what the shell can do itself, it does. A second run
# changes nothing.
set -eu
SERVER='' DAEMONS='' HOST_NAME='' GATEWAY=''
STORAGE_SOURCE='' STORAGE_MOUNT_POINT='' STORAGE_FSTYPE='' STORAGE_OPTIONS=''
. ./procedure.conf
command -v report >/dev/null || report() { echo "$*"; }

# The guest wakes with the clock of the moment it was saved; no daemon may see that time.
report step clock
date -u -s "@${DBSS_NOW%.*}" >/dev/null

# All restored standbys share one MAC address until here. The link is up already: the agent saw to that.
report step address
ip link set dev eth0 address "$DBSS_MAC"
ip link set dev eth0 up
ip addr replace "$DBSS_ADDRESS/$DBSS_PREFIX_LENGTH" dev eth0
if [ -n "$GATEWAY" ]; then ip route replace default via "$GATEWAY"; fi
echo "$HOST_NAME" >/proc/sys/kernel/hostname
echo "$HOST_NAME" >/etc/hostname

report step files
if [ -d rootfs ]; then cp -a rootfs/. /; fi
for database in group passwd shadow; do
  [ -f "$database" ] || continue
  while IFS= read -r entry; do
    [ -n "$entry" ] || continue
    grep -q "^${entry%%:*}:" "/etc/$database" || echo "$entry" >>"/etc/$database"
  done <"$database"
done

if [ -n "$STORAGE_SOURCE" ] && ! grep -q " $STORAGE_MOUNT_POINT $STORAGE_FSTYPE " /proc/mounts; then
  report step storage
  mkdir -p "$STORAGE_MOUNT_POINT"
  case $STORAGE_FSTYPE in
    nfs4)
      # An NFS server keeps its clients apart by this name; a restored standby has the one of all the others.
      echo "$DBSS_MAC" >/sys/module/nfs/parameters/nfs4_unique_id
      # mount.nfs4 would only look up the server's name: an address goes to the kernel as it is.
      host=${STORAGE_SOURCE%%:*}
      case $host in
        *[!0-9.]*) mount -t nfs4 -o "$STORAGE_OPTIONS" "$STORAGE_SOURCE" "$STORAGE_MOUNT_POINT" ;;
        *)
          mount -i -t nfs4 -o "vers=4.2,sec=sys,$STORAGE_OPTIONS,addr=$host,clientaddr=$DBSS_ADDRESS" \
            "$STORAGE_SOURCE" "$STORAGE_MOUNT_POINT" ||
            mount -t nfs4 -o "$STORAGE_OPTIONS" "$STORAGE_SOURCE" "$STORAGE_MOUNT_POINT"
          ;;
      esac
      ;;
    none) mount -o "$STORAGE_OPTIONS" "$STORAGE_SOURCE" "$STORAGE_MOUNT_POINT" ;;
    *)
      # The kernel loads nothing by itself in the original server.
      grep -q "	$STORAGE_FSTYPE\$" /proc/filesystems || modprobe "$STORAGE_FSTYPE"
      mount -t "$STORAGE_FSTYPE" -o "$STORAGE_OPTIONS" "$STORAGE_SOURCE" "$STORAGE_MOUNT_POINT"
      ;;
  esac
fi

case " $DAEMONS " in
  *' ssh '* | *' sshd '*)
    # The failed server's own host key comes in rootfs/. Without it this virtual server gets one that no other has.
    if ! [ -e /etc/ssh/ssh_host_ed25519_key ]; then
      report step keys
      ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
    fi
    ;;
esac

report step daemons
# The list is meant to be split: one call for all.
systemctl start $DAEMONS
report step started
