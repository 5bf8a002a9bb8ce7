#!/bin/sh
# Installs the Debian packages that the tests use, if they are missing: those of
# debian-packages.txt, or of the list that is named.
set -eu
cd "$(dirname "$0")"
missing=""
packages=$(sed 's/#.*//' "${1:-debian-packages.txt}")
for package in $packages; do
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q '^install ok' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "Installing Debian packages:$missing"
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
case "$missing" in
    *:arm64*) $as_root dpkg --add-architecture arm64 ;;
esac
$as_root apt-get update --quiet
# shellcheck disable=SC2086 # a list of words
$as_root apt-get install --quiet --yes --no-install-recommends $missing
