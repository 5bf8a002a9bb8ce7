#!/bin/bash
# Makes the Debian packages, installs them, builds programs with them, and removes them.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
build=${CARGO_TARGET_DIR:-target}
work=$(mktemp -d)
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
failed() { echo "tests/deb.sh: $*" >&2; exit 1; }
packages=(libapigw1 libapigw-dev)
[ -n "${LIBRARY_ONLY:-}" ] || packages+=(apigw)
packaging/deb.sh

for package in "${packages[@]}"; do
    ! dpkg-query --show "$package" > /dev/null 2>&1 || failed "$package is installed already"
done
trap '"${as_root[@]}" dpkg --purge "${packages[@]}" > /dev/null 2>&1; rm -rf "$work"' EXIT
"${as_root[@]}" dpkg --install "$build"/deb/*.deb > /dev/null

cd "$work"
event=$root/tests/data/events/spec-sample.json
read -ra flags < <(pkg-config --cflags --libs apigw)
cc "$root/examples/c/show.c" -o shared "${flags[@]}"
read -ra flags < <(pkg-config --cflags --libs apigw-static)
cc "$root/examples/c/show.c" -o static "${flags[@]}"
./shared "$event" > shared.txt
grep -qx 'method: POST' shared.txt || failed "the program shows something else"
ldd shared | grep -q 'libapigw.so.1 => /' || failed "not linked with the shared library"
./static "$event" | cmp - shared.txt
cmake -S "$root/tests/c/cmake" -B cmake -DSOURCES="$root" > /dev/null
cmake --build cmake > /dev/null
cmake/show "$event" | cmp - shared.txt
if [ -z "${LIBRARY_ONLY:-}" ]; then
    apigw check -q "$event" || failed "the tool refuses an event"
    dpkg --listfiles apigw | grep -q "/man1/apigw.1.gz$" || failed "the manual page is missing"
fi

"${as_root[@]}" dpkg --purge "${packages[@]}" > /dev/null
[ -z "$(find /usr/lib /usr/include -name '*apigw*')" ] || failed "files are left"
! ./shared "$event" 2> /dev/null || failed "the library is still there"
echo "-- all tests of the Debian packages have passed"
