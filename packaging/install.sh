#!/bin/sh
# Installs the library that packaging/build.sh has built, and the tool if
# `cargo build --release -p apigw-cli` has built it:
# packaging/install.sh PREFIX [DESTDIR]
set -eu
cd "$(dirname "$0")/.."
. packaging/files.sh
test -f "$parts/libapigw.a" || { echo "packaging/build.sh must run first" >&2; exit 1; }

install -d "$root/include" "$root/$libdir/pkgconfig" "$root/$libdir/cmake/apigw"
install -m 644 include/apigw.h include/apigw.hpp include/apigw_headers.h "$root/include"
install -m 644 "$parts/libapigw.a" "$root/$libdir"
for name in "so.$abi so" "$abi.dylib dylib"; do
    file=libapigw.${name% *}
    [ -f "$parts/$file" ] || continue
    install -m 755 "$parts/$file" "$root/$libdir"
    ln -sf "$file" "$root/$libdir/libapigw.${name#* }"
done
if [ -f "$parts/apigw.dll" ]; then
    install -d "$root/bin"
    install -m 755 "$parts/apigw.dll" "$root/bin"
    install -m 644 "$parts/libapigw.dll.a" "$root/$libdir"
fi

# From the folder of the .pc files up to the prefix: the files work wherever the tree is moved.
up=$(echo "$libdir/pkgconfig" | sed 's|[^/][^/]*|..|g')
for file in apigw.pc apigw-static.pc; do
    sed -e "s|@UP@|$up|" -e "s|@LIBDIR@|$libdir|" "$parts/$file" > "$root/$libdir/pkgconfig/$file"
done
for file in apigw-config.cmake apigw-config-version.cmake; do
    sed -e "s|@UP@|$up|" -e "s|@LIBDIR@|$libdir|" "$parts/$file" > "$root/$libdir/cmake/apigw/$file"
done
chmod 644 "$root/$libdir"/pkgconfig/apigw*.pc "$root/$libdir"/cmake/apigw/*

# The dynamic linker finds a new library in a folder of its own only after this.
if [ -z "$destdir" ] && [ -f "$root/$libdir/libapigw.so.$abi" ] &&
    command -v ldconfig > /dev/null; then
    ldconfig 2> /dev/null || echo "Run ldconfig as root, so that programs find libapigw.so.$abi" >&2
fi

if [ -x "$tool" ]; then
    install -d "$root/bin" "$root/share/man/man1"
    install -m 755 "$tool" "$root/bin"
    install -m 644 packaging/apigw.1 "$root/share/man/man1"
    # RUNNER is the command that runs programs of the target, or `none`: then the tool cannot write
    # its completions here, and its users do so with `apigw completions`.
    if [ "${RUNNER:-}" != none ]; then
        install -d "$root/share/bash-completion/completions" "$root/share/zsh/site-functions" \
            "$root/share/fish/vendor_completions.d"
        # shellcheck disable=SC2086 # words
        completions() { ${RUNNER:-} "$tool" completions "$1"; }
        completions bash > "$root/share/bash-completion/completions/apigw"
        completions zsh > "$root/share/zsh/site-functions/_apigw"
        completions fish > "$root/share/fish/vendor_completions.d/apigw.fish"
    fi
fi
