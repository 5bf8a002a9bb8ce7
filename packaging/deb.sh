#!/bin/bash
# Makes the Debian packages libapigw1, libapigw-dev and apigw for this machine, in target/deb.
#
# LIBRARY_ONLY=1 leaves out apigw, the tool. DEBFULLNAME and DEBEMAIL name the maintainer, as for
# every tool of Debian.
set -euo pipefail
cd "$(dirname "$0")/.."
packaging/setup.sh debian-packages-deb.txt
root=$PWD
build=${CARGO_TARGET_DIR:-target}
build=$(mkdir -p "$build" && cd "$build" && pwd)
target=$(rustc -vV | sed -n 's/^host: //p')
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
abi=$(sed -n 's/^#define APIGW_ABI //p' include/apigw.h)
architecture=$(dpkg --print-architecture)
libdir=lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
maintainer="${DEBFULLNAME:-The apigw developers} <${DEBEMAIL:-apigw@users.noreply.github.com}>"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

packaging/dist.sh "$target"
stage=$work/stage
CARGO_TARGET_DIR=$build/release-build TARGET=$target LIBDIR=$libdir \
    packaging/install.sh /usr "$stage"

# Moves files of the stage into a package, and adds what every package has: PACKAGE PATH...
files() {
    local folder=$work/$1 path
    local doc=$folder/usr/share/doc/$1
    mkdir -p "$doc" "$folder/DEBIAN"
    for path in "${@:2}"; do
        mkdir -p "$folder/$(dirname "$path")"
        mv "$stage/$path" "$folder/$path"
    done
    {
        echo "apigw ($version) unstable; urgency=medium"
        printf '\n  * New release: see CHANGELOG.md of the sources.\n\n'
        echo " -- $maintainer  $(LC_ALL=C date -Ru -d "@$SOURCE_DATE_EPOCH")"
    } | gzip -n9 > "$doc/changelog.gz"
    {
        echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
        printf 'Upstream-Name: apigw\n\nFiles: *\n'
        echo "Copyright: $(sed -n 's/^Copyright (c) //p' LICENSE-MIT)"
        printf 'License: MIT or Apache-2.0\n\nLicense: MIT\n'
        sed -e '1,4d' -e 's/^$/./' -e 's/^/ /' LICENSE-MIT
        printf '\nLicense: Apache-2.0\n'
        echo " The full text is in /usr/share/common-licenses/Apache-2.0."
    } > "$doc/copyright"
}

# Packs a folder of files: PACKAGE SECTION DEPENDS SUMMARY < DESCRIPTION
pack() {
    local folder=$work/$1
    {
        echo "Package: $1"
        echo "Source: apigw"
        echo "Version: $version"
        echo "Architecture: $architecture"
        echo "Maintainer: $maintainer"
        echo "Installed-Size: $(du -sk --apparent-size "$folder/usr" | cut -f 1)"
        echo "Depends: $3"
        echo "Section: $2"
        echo "Priority: optional"
        [ "$1" = apigw ] || echo "Multi-Arch: same"
        echo "Description: $4"
        sed 's/^/ /'
    } > "$folder/DEBIAN/control"
    (cd "$folder" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) \
        > "$folder/DEBIAN/md5sums"
    dpkg-deb --root-owner-group --build "$folder" \
        "$build/deb/${1}_${version}_$architecture.deb" > /dev/null
}

# Prints the packages that have the libraries of a file.
needs() {
    mkdir -p "$work/shlibs/debian"
    echo "Source: apigw" > "$work/shlibs/debian/control"
    (cd "$work/shlibs" && dpkg-shlibdeps -O "$1") | sed -n 's/^shlibs:Depends=//p'
}

rm -rf "$build/deb"
mkdir -p "$build/deb"

library=libapigw$abi
files "$library" "usr/$libdir/libapigw.so.$abi"
chmod 644 "$work/$library/usr/$libdir/libapigw.so.$abi"
echo "libapigw $abi $library (>= $version)" > "$work/$library/DEBIAN/shlibs"
echo "activate-noawait ldconfig" > "$work/$library/DEBIAN/triggers"
pack "$library" libs "$(needs "$work/$library/usr/$libdir/libapigw.so.$abi")" \
    "decodes API-gateway events into borrowed strings" <<'END'
Serverless platforms hand an HTTP request to a function as a JSON
document. This library reads such events of many vendors into one record,
and writes responses.
.
This package has the shared library.
END

files libapigw-dev usr/include "usr/$libdir"
pack libapigw-dev libdevel "$library (= $version)" \
    "decodes API-gateway events into borrowed strings (development files)" <<'END'
Serverless platforms hand an HTTP request to a function as a JSON
document. This library reads such events of many vendors into one record,
and writes responses.
.
This package has the header files for C and C++, the static library, and
files for pkg-config and CMake.
END

if [ -z "${LIBRARY_ONLY:-}" ]; then
    gzip -n9 "$stage/usr/share/man/man1/apigw.1"
    mkdir -p "$stage/usr/share/zsh/vendor-completions"
    mv "$stage/usr/share/zsh/site-functions/_apigw" "$stage/usr/share/zsh/vendor-completions"
    files apigw usr/bin usr/share/man usr/share/bash-completion usr/share/fish \
        usr/share/zsh/vendor-completions
    pack apigw utils "$(needs "$work/apigw/usr/bin/apigw")" \
        "looks at, checks and replays API-gateway events" <<'END'
Serverless platforms hand an HTTP request to a function as a JSON
document. This tool shows, checks and measures such events, checks and
makes responses, and serves functions over HTTP.
END
fi
cd "$root"
for package in "$build"/deb/*.deb; do
    lintian --allow-root --fail-on error,warning \
        --suppress-tags initial-upload-closes-no-bugs "$package"
    echo "$(basename "$package"): $(wc -c < "$package") bytes"
done
