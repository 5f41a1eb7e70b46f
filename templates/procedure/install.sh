#!/bin/sh
# Installation procedure (§3.1): turns the original server into the virtual server of one failed server. It stands in the
# installation procedure file beside procedure.conf, the users' lines (passwd, shadow, group, members) and rootfs/, and runs there.
# A captured one lists in `files` what it brings and what it takes away, so that another version can be applied after it.
#
#   DBSS_ADDRESS=198.18.0.214 DBSS_PREFIX_LENGTH=24 DBSS_MAC=02:db:55:01:00:14 DBSS_NOW=1790000000.25 sh install.sh
#
# Under emulation every program that it starts costs 50 to 100 ms: what the shell can do itself, it does. A second run
# changes nothing.
set -eu
SERVER='' VERSION='' DAEMONS='' LISTENERS='' UNITS='' HOST_NAME='' GATEWAY=''
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
# All restored standbys have the machine-id of the original server, too.
if ! [ -e /run/dbss/identity ]; then
  echo "$SERVER $DBSS_MAC $DBSS_NOW" | md5sum >/run/dbss/identity
  read -r identity _ </run/dbss/identity
  echo "$identity" >/etc/machine-id
fi

report step files
applied='' units='' before=/run/dbss/before
if [ -e $before/applied ]; then read -r applied units <$before/applied; fi
# Another version was applied here and did not work: nothing of it stays.
if [ -n "$applied" ] && [ "$applied" != "$VERSION" ]; then
  systemctl stop $DAEMONS || true
  set --
  while IFS= read -r file; do set -- "$@" "$file"; done <$before/files
  (cd / && rm -f "$@")
  tar -xf $before/replaced.tar -C /
  rm -rf $before
  UNITS=$UNITS$units applied=''
fi
if [ -n "$VERSION" ] && [ -z "$applied" ]; then
  mkdir -p $before
  cp files $before/files
  set -- etc/passwd etc/shadow etc/group
  while IFS= read -r file; do
    if [ -e "/$file" ] || [ -h "/$file" ]; then set -- "$@" "$file"; fi
  done <files
  tar -cf $before/replaced.tar -C / "$@"
  echo "$VERSION $UNITS" >$before/applied
  # What a link names must not be written to instead of the link.
  shift 3
  (cd / && rm -f "$@")
fi
if [ -d rootfs ]; then cp -a rootfs/. /; fi
for database in group passwd shadow; do
  [ -f "$database" ] || continue
  while IFS= read -r entry; do
    [ -n "$entry" ] || continue
    grep -q "^${entry%%:*}:" "/etc/$database" || echo "$entry" >>"/etc/$database"
  done <"$database"
done
if [ -f members ]; then
  while read -r group user; do
    entry=$(grep "^$group:" /etc/group) || continue
    case ",${entry##*:}," in *",$user,"*) continue ;; esac
    case $entry in *:) separator='' ;; *) separator=, ;; esac
    sed -i "s/^$group:.*/&$separator$user/" /etc/group
  done <members
fi

# Daemons ask for their own name when they start: for one that is not here they would wait for a name server, which may be what has failed.
[ -e /etc/hosts ] || : >/etc/hosts
known='' unended=''
while read -r address names || { [ -n "$address" ] && unended=1; }; do
  case " $names " in *" $HOST_NAME "*) known=$address ;; esac
done </etc/hosts
[ -z "$unended" ] || echo >>/etc/hosts
[ -n "$known" ] || echo "$DBSS_ADDRESS $HOST_NAME" >>/etc/hosts

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
if [ -n "$UNITS" ]; then systemctl daemon-reload; fi
# The list is meant to be split: one call for all.
systemctl start $DAEMONS
# Some say that they have started and end a moment later: what counts is that each listens.
for listener in $LISTENERS; do
  daemon=${listener%:*} tries=0
  until grep -qs ":${listener##*:} [0-9A-F]*:0000 0A " /proc/net/tcp /proc/net/tcp6; do
    tries=$((tries + 1)) ended=''
    if [ $((tries % 10)) -eq 0 ] && systemctl is-failed --quiet "$daemon"; then ended=1; fi
    if [ -n "$ended" ] || [ $tries -ge 100 ]; then
      echo "$daemon does not listen on its port" >&2
      systemctl --no-pager --full --lines=5 status "$daemon" >&2 || true
      exit 1
    fi
    sleep 0.05
  done
done
report step started
