#!/bin/sh
# Runs one machine of the lab until it is off.
#
#   run-machine.sh run   PARAMETERS   the machine's power supply: starts it, and again when it reboots
#   run-machine.sh clean PARAMETERS   removes what a dead supervisor left
#
# PARAMETERS is a file of shell assignments written by `dbssctl lab up`. Started in a session of its own, standard input from
# /dev/null; standard output is the machine's console. Exit: 0 the machine is off, 75 another supervisor has it.
set -eu

mode=$1
parameters=$2
. "$parameters"

say() { echo "supervisor of $machine: $*"; }

# Hierarchies in which the machine needs a group of its own, or the systemds of all machines would manage the same one.
control_group_roots() {
  awk '$3 == "cgroup2" { print $2 } $3 == "cgroup" && $4 ~ /(^|,)name=systemd(,|$)/ { print $2 }' /proc/mounts
}

# When systemd-nspawn was killed its machine would run on, with nobody to pull its plug.
end_remains() {
  for root in $(control_group_roots); do
    if [ -e "$root/$control_group/cgroup.kill" ]; then echo 1 >"$root/$control_group/cgroup.kill"; fi
  done
}

remove_control_groups() {
  for root in $(control_group_roots); do
    if [ -d "$root/$control_group" ]; then
      # What was killed this moment may not be gone yet.
      for _ in 1 2 3 4 5 6 7 8 9; do
        find "$root/$control_group" -depth -type d -exec rmdir {} + 2>/dev/null || true
        [ -d "$root/$control_group" ] || break
        sleep 0.1
      done
      [ ! -d "$root/$control_group" ] || find "$root/$control_group" -depth -type d -exec rmdir {} +
    fi
  done
}

# A machine that is off answers nothing: without its namespace nothing is left of its network.
remove_network() {
  ip -n "$service_switch" link delete "$port" 2>/dev/null || true
  ip -n "$sem_switch" link delete "$port" 2>/dev/null || true
  if [ -e "/run/netns/$namespace" ]; then ip netns delete "$namespace"; fi
}

clean() {
  end_remains
  remove_network
  remove_control_groups
  if [ -d "/run/systemd/nspawn/propagate/$nspawn_machine" ]; then rmdir "/run/systemd/nspawn/propagate/$nspawn_machine"; fi
}

# connect INTERFACE MAC SWITCH NETWORK: a cable, unless someone pulled it or the switch has no power.
connect() {
  ip link add name "$1" address "$2" netns "$namespace" type veth peer name "$port" netns "$3"
  ip -n "$3" link set "$port" master br0
  cable=$(cat "$run_directory/$4-cable" 2>/dev/null || echo up)
  if [ "$cable" != down ] && [ ! -e "$run_directory/../../$4-switch-off" ]; then ip -n "$3" link set "$port" up; fi
}

make_network() {
  ip netns add "$namespace"
  ip -n "$namespace" link set lo up
  connect eth0 "$service_mac" "$service_switch" service
  connect eth1 "$sem_mac" "$sem_switch" sem
}

# In a mount namespace of its own, so that the disk is unmounted when the last process of the machine is gone, whatever happens here.
# The parameters are read at every boot. While its firmware tests itself a machine is on, and nothing of it answers.
# shellcheck disable=SC2016 # expanded by the inner shell
boot='
  . "$1"
  shift
  for root; do
    mkdir -p "$root/$control_group"
    echo $$ >"$root/$control_group/cgroup.procs"
  done
  mount -t overlay "dbss-$machine" -o "lowerdir=$base,upperdir=$upper,workdir=$work" "$merged"
  set -- --quiet --settings=no --register=no --keep-unit --link-journal=no --resolv-conf=off --timezone=off --console=read-only \
    --machine="$nspawn_machine" --directory="$merged" --network-namespace-path="/run/netns/$namespace" \
    --capability=CAP_NET_ADMIN,CAP_NET_RAW,CAP_SYS_ADMIN,CAP_IPC_LOCK,CAP_SYS_NICE \
    --system-call-filter="open_by_handle_at name_to_handle_at"
  for device in /dev/net/tun /dev/kvm /dev/vhost-net; do
    if [ -e "$device" ]; then set -- "$@" --bind="$device"; fi
  done
  if [ -n "$bind" ]; then set -- "$@" --bind="$bind"; fi
  if [ "${self_test_s:-0}" = 0 ]; then exec systemd-nspawn "$@" --boot; fi
  exec systemd-nspawn "$@" --kill-signal=SIGRTMIN+3 /bin/sh -c "sleep $self_test_s; exec /sbin/init"
'

# The machine's power supply.
run() {
  # The process id and, because ids are used again, its start time (the 22nd field; the second is the name in parentheses).
  fields=$(cat "/proc/$$/stat")
  # shellcheck disable=SC2086 # one word for each field
  set -- ${fields##*) }
  echo "$$ ${20}" >"$run_directory/supervisor.pid"
  trap 'clean; rm -f "$run_directory/supervisor.pid"' EXIT

  status=133
  while [ "$status" = 133 ] && [ ! -e "$run_directory/unplugged" ]; do
    clean
    make_network
    mkdir -p "$merged"
    say "power on"
    status=0
    # shellcheck disable=SC2046 # one word for each hierarchy
    unshare --mount --propagation slave sh -euc "$boot" sh "$parameters" $(control_group_roots) 9>&- </dev/null || status=$?
    case $status in
      133) say "the machine reboots" ;;
      *) say "the machine is off (systemd-nspawn ended with $status)" ;;
    esac
  done
}

# Read to its end before it runs: this file may be replaced while a machine is on.
main() {
  exec 9>>"$run_directory/lock"
  if ! flock --nonblock 9; then
    say "another supervisor has this machine" >&2
    exit 75
  fi
  case $mode in
    run) run ;;
    clean) clean ;;
  esac
  exit 0
}

main
