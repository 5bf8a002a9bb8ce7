#!/bin/sh
# Removes what packaging/install.sh has installed: packaging/uninstall.sh PREFIX [DESTDIR]
set -eu
cd "$(dirname "$0")/.."
. packaging/files.sh

rm -f "$root/include/apigw.h" "$root/include/apigw.hpp" "$root/include/apigw_headers.h" \
    "$root/$libdir/libapigw.a" "$root/$libdir/libapigw.so" "$root/$libdir/libapigw.so.$abi" \
    "$root/$libdir/libapigw.dylib" "$root/$libdir/libapigw.$abi.dylib" \
    "$root/$libdir/libapigw.dll.a" "$root/bin/apigw.dll" \
    "$root/$libdir/pkgconfig/apigw.pc" "$root/$libdir/pkgconfig/apigw-static.pc" \
    "$root/share/man/man1/apigw.1" "$root/bin/apigw" \
    "$root/share/bash-completion/completions/apigw" "$root/share/zsh/site-functions/_apigw" \
    "$root/share/fish/vendor_completions.d/apigw.fish"
rm -rf "$root/$libdir/cmake/apigw"
